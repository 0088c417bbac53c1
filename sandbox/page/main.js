/** Starts the demo page: loads the world, follows what happens, and keeps both sides drawn. */

import { Clock } from "./clock.js";
import { CustomerPane } from "./customer.js";
import { el } from "./dom.js";
import { followTelegramLink } from "./links.js";
import { alertBox, toast } from "./notices.js";
import { nameOf } from "./people.js";
import * as server from "./server.js";
import { StaffPane } from "./staff.js";
import { safeAddress } from "./text.js";
import { Views } from "./views.js";
import { World } from "./world.js";

const world = new World();
const banner = document.getElementById("banner");
const follow = {
  start: (payload) => show("customer", () => customer.start(payload)),
  topic: (chatId, thread) => show("staff", () => staff.open(thread, chatId)),
};
const customer = new CustomerPane(document.getElementById("customer"), world, follow);
const staff = new StaffPane(document.getElementById("staff"), world, follow);
const views = new Views(document.getElementById("views"), world, { customer, staff });
new Clock(document.getElementById("clock"), world);

const PATIENCE_MS = 400; // so much nobody notices

let waiting = []; // what happened while the world was being loaded; null once it is

function show(view, then) {
  views.choose(view);
  then();
}

async function opened() {
  waiting ??= [];
  try {
    world.load(await server.world());
  } catch (error) {
    return lost(error.message);
  }
  banner.hidden = true;
  document.body.classList.add("loaded");
  const late = waiting;
  waiting = null;
  late.forEach(happened);
}

function happened(event) {
  if (waiting) waiting.push(event);
  else if (event.type === "toast") answered(event);
  else world.apply(event);
}

function lost(why = "") {
  waiting = [];
  const first = world.chats.size === 0;
  banner.textContent = first && !why ? "Connecting…" : "The connection to the sandbox is lost. Reconnecting…";
  banner.hidden = false;
}

/** The bot's answer to a press: a toast over the pane of who pressed, or an alert. */
function answered({ user_id, text, alert, url }) {
  const person = world.people.get(user_id);
  const pane = person?.role === "staff" ? staff : customer;
  pane.chat.answered();
  if (url) return opensLink(url, pane);
  if (!text) return undefined;
  if (alert) return alertBox(nameOf(world.bot), text);
  const whose = pane.viewer?.id === user_id ? "" : `${person?.name ?? user_id}: `;
  return toast(whose + text, { over: pane.node });
}

function opensLink(url, pane) {
  const href = safeAddress(url);
  if (!href || followTelegramLink(href, world, follow)) return;
  const link = el("a", { href, target: "_blank", rel: "noopener noreferrer" }, url);
  toast("The bot opens a link:", { over: pane.node, link });
}

setTimeout(() => {
  if (world.chats.size === 0) banner.hidden = false;
}, PATIENCE_MS);
server.listen({ opened, happened, lost: () => lost() });

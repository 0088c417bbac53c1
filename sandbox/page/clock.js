/** The sandbox's date and time, and the buttons that let it pass. */

import { el, soon } from "./dom.js";
import { announce, told } from "./notices.js";
import { clockTime, dateOf, weekday, zoneName } from "./people.js";
import * as server from "./server.js";

const STEPS = [
  ["+1 hour", 1],
  ["+1 day", 24],
  ["+7 days", 7 * 24],
  ["+30 days", 30 * 24],
];
const TICK_MS = 1000;

export class Clock {
  constructor(node, world) {
    this.world = world;
    this.weekday = el("i", {});
    this.day = el("span", {});
    this.date = el("span", {}, this.weekday, this.day);
    this.time = el("b", {});
    this.zone = el("small", {});
    this.now = el("time", { class: "now" }, this.date, this.time, this.zone);
    this.buttons = STEPS.map(([label, hours]) => this.#button(label, hours));
    node.append(this.now, el("div", { class: "steps" }, this.buttons));
    world.watch(soon(() => this.#draw()));
    setInterval(() => this.#draw(), TICK_MS);
  }

  #button(label, hours) {
    const title = `Let ${label.slice(1)} pass`;
    return el("button", { type: "button", title, onclick: (event) => this.#pass(event.currentTarget, hours) }, label);
  }

  async #pass(button, hours) {
    this.#waits(button, true);
    const answer = await told(server.clock({ hours }));
    this.#waits(button, false);
    if (answer === null) return;
    const now = this.world.present();
    announce(`It is now ${weekday(now)} ${dateOf(now)}, ${clockTime(now)}`);
  }

  /** While time passes the deadlines are worked, so one step at a time. */
  #waits(button, isBusy) {
    button.setAttribute("aria-busy", String(isBusy));
    for (const one of this.buttons) one.disabled = isBusy;
    if (!isBusy) button.focus({ preventScroll: true });
  }

  #draw() {
    if (this.world.now === null) return;
    const now = this.world.present();
    const minute = now.toISOString().slice(0, 16);
    if (this.now.dateTime === `${minute}Z`) return;
    this.now.dateTime = `${minute}Z`;
    this.now.title = `${minute.replace("T", " ")} UTC`;
    this.weekday.textContent = `${weekday(now)} `;
    this.day.textContent = dateOf(now);
    this.time.textContent = clockTime(now);
    this.zone.textContent = zoneName(now);
  }
}

/** The customer's pane: a private chat with the bot, for each of the customers. */

import { Chat } from "./chat.js";
import { el, iconButton, soon } from "./dom.js";
import { askBox, openMenu, told } from "./notices.js";
import { avatar, nameOf } from "./people.js";
import * as server from "./server.js";
import { Switch } from "./switch.js";
import { GENERAL } from "./world.js";

const NEXT_NAMES = ["Sofia", "Luca", "Emma", "Noah", "Ines", "Oskar"];
const LANGUAGES = { en: "English", ja: "日本語", es: "Español", ru: "Русский" };

export class CustomerPane {
  viewer = null;
  #awaited = null; // the name of a customer who was just added

  constructor(node, world, follow) {
    Object.assign(this, { node, world });
    this.switch = new Switch("Customer", "Who is the customer", (id) => this.turnTo(id), () => this.#addCustomer());
    this.chat = new Chat(world, () => this.#place(), {
      pane: node,
      commands: () => world.commandsOf(this.viewer),
      follow,
      blank: () => blank(),
    });
    this.status = el("small", {});
    this.title = el("div", { class: "title" });
    this.menu = iconButton("more", "Chat menu", (event) => this.#openMenu(event), { "aria-haspopup": "menu" });
    this.instead = el("button", { type: "button", class: "instead", hidden: true });
    this.chat.composer.node.prepend(this.instead);
    node.append(this.switch.node, el("header", { class: "head" }, this.title, this.menu), this.chat.node);
    world.watch(soon(() => this.#draw()));
  }

  turnTo(userId) {
    this.viewer = this.world.people.get(userId) ?? null;
    if (!this.viewer) return;
    this.chat.node.dataset.chatId = this.viewer.chat_id;
    this.chat.node.lang = this.viewer.language ?? "en"; // the same letters are drawn otherwise in Japanese
    this.chat.turned();
    this.#draw();
  }

  /** A deep link was followed. */
  start(payload) {
    this.chat.composer.say(`/start ${payload}`.trim());
  }

  unread() {
    return this.world.role("customer").reduce((sum, person) => sum + this.#unreadOf(person), 0);
  }

  #place() {
    if (!this.viewer) return null;
    return { chatId: this.viewer.chat_id, thread: GENERAL, viewer: this.viewer, isGroup: false };
  }

  #unreadOf(person) {
    return this.world.overview(person.chat_id, [person.id]).get(GENERAL)?.unread ?? 0;
  }

  #draw() {
    const people = this.world.role("customer");
    const added = people.find((person) => person.name === this.#awaited && person.id !== this.viewer?.id);
    if (added) this.#awaited = null;
    if (added ?? !this.viewer) return this.turnTo((added ?? people[0])?.id);
    this.viewer = this.world.people.get(this.viewer.id) ?? this.viewer;
    this.switch.draw(people, this.viewer, (person) => this.#unreadOf(person));
    this.#drawHead();
    this.#drawInstead();
  }

  #drawHead() {
    const { bot } = this.world;
    const isTyping = this.world.isTyping(this.viewer.chat_id, GENERAL);
    this.status.textContent = isTyping ? "typing…" : "bot";
    this.status.classList.toggle("active", isTyping);
    if (this.title.dataset.bot === nameOf(bot)) return;
    this.title.dataset.bot = nameOf(bot);
    this.title.replaceChildren(avatar({ is_bot: true }), el("div", {}, el("h3", {}, nameOf(bot)), this.status));
  }

  /** What stands where one writes: *Start* in an empty chat, *Unblock* when the bot is blocked. */
  #drawInstead() {
    const isNew = this.world.chat(this.viewer.chat_id).messages.size === 0;
    const isBlocked = Boolean(this.viewer.blocked);
    this.instead.hidden = !isNew && !isBlocked;
    this.instead.textContent = isBlocked ? "Unblock the bot" : "Start";
    this.instead.onclick = () => (isBlocked ? this.#block(false) : this.start(""));
    this.chat.composer.node.classList.toggle("closed", isBlocked);
  }

  #openMenu(event) {
    const isBlocked = Boolean(this.viewer.blocked);
    const item = isBlocked
      ? { label: "Unblock the bot", icon: "unlock", act: () => this.#block(false) }
      : { label: "Block the bot", icon: "lock", danger: true, act: () => this.#block(true) };
    openMenu(event, [item], "Chat");
  }

  async #block(blocked) {
    const { id } = this.viewer;
    if ((await told(server.block({ user_id: id, blocked }), this.node)) === null) return;
    this.world.apply({ type: "person", person: { id, blocked } });
  }

  async #addCustomer() {
    const taken = this.world.role("customer").map((person) => person.name);
    const proposal = NEXT_NAMES.find((name) => !taken.includes(name)) ?? `Customer ${taken.length + 1}`;
    const answer = await askBox("Add customer", {
      label: "Name",
      proposal,
      choice: "Telegram's language",
      options: LANGUAGES,
    });
    if (!answer) return;
    this.#awaited = answer.line;
    await told(server.person({ name: answer.line, language: answer.chosen }), this.node);
    this.#draw();
  }
}

function blank() {
  return el("div", { class: "blank" }, el("b", {}, "No messages here yet"), el("span", {}, "Press Start, and the bot says hello."));
}

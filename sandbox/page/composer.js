/** The place to write: text, commands, pictures, replies and corrections. */

import { el, icon, iconButton } from "./dom.js";
import { mediaOf, summary } from "./message.js";
import { openMenu, toast, told } from "./notices.js";
import { nameOf } from "./people.js";
import { samplePictures } from "./picture.js";
import * as server from "./server.js";

const TALLEST_PX = 180;
const SUGGESTIONS = 6;

export class Composer {
  #drafts = new Map();
  #here = "";
  #reply = null;
  #change = null;
  #picture = null;
  #queue = Promise.resolve();
  #messages = [];

  constructor(world, place, { pane, commands, sent }) {
    Object.assign(this, { world, place, pane, commands, sent });
    this.file = el("input", {
      type: "file",
      accept: "image/*",
      hidden: true,
      "aria-label": "Picture",
      onchange: () => this.#chosen(),
    });
    this.input = el("textarea", {
      rows: 1,
      placeholder: "Message",
      "aria-label": "Message",
      dir: "auto",
      autocomplete: "off",
      onkeydown: (event) => this.#key(event),
      oninput: () => this.#typed(),
      onpaste: (event) => this.#pasted(event),
    });
    this.above = el("div", { class: "above", hidden: true });
    this.suggestions = el("div", { class: "suggestions", role: "group", "aria-label": "Commands", hidden: true });
    this.button = iconButton("send", "Send", () => this.submit(), { class: "send" });
    this.node = el(
      "div",
      { class: "composer" },
      this.suggestions,
      this.above,
      el(
        "div",
        { class: "row" },
        el("button", { type: "button", class: "icon-button slash", title: "Commands", "aria-label": "Commands", onclick: (event) => this.#commandMenu(event) }, "/"),
        this.input,
        iconButton("attach", "Attach a picture", (event) => this.#attachMenu(event)),
        this.button,
      ),
      this.file,
    );
    this.#takesDrops();
  }

  /** Another place: its own draft, and no reply carried over from the last one. */
  turned() {
    if (this.#here) this.#drafts.set(this.#here, this.input.value);
    const { chatId, thread, viewer } = this.place();
    this.#here = `${viewer.id}:${chatId}:${thread}`;
    this.#reset();
    this.#put(this.#drafts.get(this.#here) ?? "");
  }

  draw(messages) {
    this.#messages = messages;
  }

  /** Send a text as if it had been typed. */
  say(text) {
    this.#send({ text });
  }

  answer(message) {
    this.#reset();
    this.#reply = message;
    this.#drawAbove();
    this.input.focus();
  }

  change(message) {
    this.#reset();
    this.#change = message;
    this.#put(message.text ?? message.caption ?? "");
    this.#drawAbove();
    this.input.focus();
  }

  submit() {
    const text = this.input.value.trim();
    if (this.#change) this.#sendChange(text);
    else if (this.#picture) this.#sendPicture(text);
    else if (text) this.#send({ text, reply_to: this.#reply?.message_id });
    else return;
    this.#reset();
    this.#put("");
  }

  #send(body) {
    const restore = () => this.input.value || this.#put(body.text);
    this.#inTurn(() => server.send(withoutEmpty({ ...this.#where(), ...body })), restore);
  }

  #sendChange(text) {
    const { user_id, chat_id } = this.#where();
    const { message_id } = this.#change;
    if (text) this.#inTurn(() => server.edit({ user_id, chat_id, message_id, text }));
  }

  #sendPicture(caption) {
    const fields = { ...this.#where(), caption, reply_to: this.#reply?.message_id };
    const { file } = this.#picture;
    this.#inTurn(() => server.photo(fields, file));
  }

  /** One after the other, so that they arrive in the order in which they were written. */
  #inTurn(request, failed = () => {}) {
    this.sent();
    this.#queue = this.#queue.then(async () => {
      if ((await told(request(), this.pane)) === null) failed();
    });
  }

  #where() {
    const { chatId, thread, viewer } = this.place();
    return { user_id: viewer.id, chat_id: chatId, thread_id: thread || undefined };
  }

  #reset() {
    if (this.#change) this.#put("");
    if (this.#picture) URL.revokeObjectURL(this.#picture.address);
    this.#reply = this.#change = this.#picture = null;
    this.#drawAbove();
  }

  #put(text) {
    this.input.value = text;
    this.#typed();
  }

  #typed() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST_PX)}px`;
    this.#suggest();
  }

  #key(event) {
    if (event.isComposing) return; // Enter chooses a word in Japanese input
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") this.#leave();
    else if (event.key === "ArrowUp" && !this.input.value) this.#changeLast(event);
    else if (event.key === "ArrowUp" && !this.suggestions.hidden) this.#intoSuggestions(event);
  }

  /** First what hides the messages goes, then what was begun. */
  #leave() {
    if (this.suggestions.hidden) this.#reset();
    this.suggestions.hidden = true;
  }

  #changeLast(event) {
    const { viewer } = this.place();
    const own = this.#messages.findLast((message) => message.from?.id === viewer.id && message.text);
    if (!own) return;
    event.preventDefault();
    this.change(own);
  }

  #intoSuggestions(event) {
    event.preventDefault();
    this.suggestions.lastChild.focus();
  }

  #suggest() {
    const begun = this.input.value.match(/^\/(\w*)$/)?.[1];
    const fitting = begun === undefined ? [] : this.commands().filter(({ command }) => command.startsWith(begun));
    this.suggestions.hidden = !fitting.length;
    this.suggestions.replaceChildren(...fitting.slice(0, SUGGESTIONS).map((command) => this.#suggestion(command)));
  }

  #suggestion(command) {
    return el(
      "button",
      { type: "button", onclick: () => this.#chose(command), onkeydown: (event) => this.#betweenSuggestions(event) },
      el("b", {}, `/${command.command}`),
      el("span", {}, command.description),
    );
  }

  #betweenSuggestions(event) {
    const to = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
    if (event.key === "Escape") this.input.focus();
    if (!to) return;
    event.preventDefault();
    (event.currentTarget[to] ?? this.input).focus();
  }

  /** In private a command is sent at once, as Telegram does; a staff command wants its words. */
  #chose({ command }) {
    if (!this.place().isGroup) {
      this.#put("");
      this.say(`/${command}`);
    } else this.#put(`/${command} `);
    this.input.focus();
  }

  async #commandMenu({ currentTarget }) {
    // A bot that started after this page told its commands since.
    if (!this.commands().length) this.world.setCommands((await told(server.world(), this.pane)) ?? {});
    const items = this.commands().map((command) => ({
      label: `/${command.command}`,
      detail: command.description,
      act: () => this.#chose(command),
    }));
    if (items.length) openMenu({ currentTarget }, items, "Commands");
    else toast("This bot has no commands yet.", { over: this.pane });
  }

  #attachMenu(event) {
    const samples = samplePictures(this.place().viewer.name, this.world.present()).map(({ label, draw }) => ({
      label,
      icon: "photo",
      act: async () => this.#take(await draw()),
    }));
    const choose = { label: "Choose a picture…", icon: "file", act: () => this.file.click() };
    openMenu(event, [choose, ...samples], "Attach a picture");
  }

  #chosen() {
    const [file] = this.file.files;
    if (file) this.#take(file);
    this.file.value = "";
  }

  #pasted(event) {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    this.#take(file);
  }

  #takesDrops() {
    this.pane.addEventListener("dragover", (event) => event.preventDefault());
    this.pane.addEventListener("drop", (event) => {
      event.preventDefault();
      const file = [...event.dataTransfer.files].find(({ type }) => type.startsWith("image/"));
      if (file && this.node.checkVisibility()) this.#take(file);
    });
  }

  #take(file) {
    const reply = this.#reply;
    this.#reset();
    this.#reply = reply;
    this.#picture = { file, address: URL.createObjectURL(file) };
    this.#drawAbove();
    this.input.focus();
  }

  #drawAbove() {
    const held = this.#held();
    this.above.hidden = !held;
    this.input.placeholder = this.#picture ? "Add a caption" : "Message";
    if (!held) return;
    const drop = () => {
      this.#reset();
      this.input.focus();
    };
    this.above.replaceChildren(
      held.picture ? el("img", { src: held.picture, alt: "The picture to send" }) : icon(held.icon),
      el("span", {}, el("b", {}, held.title), el("span", { dir: "auto" }, held.words)),
      iconButton("close", "Cancel", drop),
    );
  }

  #held() {
    if (this.#picture) return { picture: this.#picture.address, title: "Picture", words: this.#picture.file.name };
    if (this.#change) return { icon: "edit", title: "Edit message", words: summary(this.#change) };
    if (!this.#reply) return null;
    const kind = mediaOf(this.#reply);
    return { icon: kind === "photo" ? "photo" : "reply", title: `Reply to ${nameOf(this.#reply.from ?? {})}`, words: summary(this.#reply) };
  }
}

function withoutEmpty(body) {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

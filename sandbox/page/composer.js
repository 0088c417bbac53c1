/** The place to write: text, commands, pictures and files, replies and corrections. */

import { el, icon, iconButton } from "./dom.js";
import { mediaOf, summary } from "./message.js";
import { openMenu, toast, told } from "./notices.js";
import { nameOf } from "./people.js";
import { samples } from "./samples.js";
import * as server from "./server.js";

const TALLEST_PX = 180;
const SUGGESTIONS = 6;
const SHOWN_PICTURES = 4;

export class Composer {
  #drafts = new Map();
  #here = "";
  #reply = null;
  #change = null;
  #files = null; // what waits to be sent: [{file, address}]
  #queue = Promise.resolve();
  #messages = [];

  constructor(world, place, { pane, commands, sent }) {
    Object.assign(this, { world, place, pane, commands, sent });
    this.file = el("input", {
      type: "file",
      multiple: true,
      hidden: true,
      "aria-label": "Photos or files",
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
        iconButton("attach", "Attach", (event) => this.#attachMenu(event)),
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
    else if (this.#files) this.#sendFiles(text);
    else if (text) this.#send({ text, reply_to: this.#reply?.message_id });
    else return;
    this.#reset();
    this.#put("");
  }

  #send(body) {
    const restore = () => this.input.value || this.#put(body.text ?? "");
    this.#inTurn(() => server.send(withoutEmpty({ ...this.#where(), ...body })), restore);
  }

  #sendChange(text) {
    const { user_id, chat_id } = this.#where();
    const { message_id } = this.#change;
    if (text) this.#inTurn(() => server.edit({ user_id, chat_id, message_id, text }));
  }

  #sendFiles(caption) {
    const files = this.#files.map(({ file }) => file);
    const fields = { ...this.#where(), caption, reply_to: this.#reply?.message_id, kind: files[0].kind };
    this.#inTurn(() => server.files(fields, files));
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
    for (const { address } of this.#files ?? []) URL.revokeObjectURL(address);
    this.#reply = this.#change = this.#files = null;
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

  /** A sticker and a place go at once, as in an app; files wait for their caption. */
  #attachMenu(event) {
    const ready = samples(this.place().viewer.name, this.world.present()).map(({ label, icon: sign, files, content }) => ({
      label,
      icon: sign,
      act: () => (content ? this.#sendAtOnce(content) : this.#fetch(files)),
    }));
    const choose = { label: "Choose photos or files…", icon: "file", act: () => this.file.click() };
    openMenu(event, [choose, ...ready], "Attach");
  }

  #sendAtOnce(content) {
    this.#send({ ...content, reply_to: this.#reply?.message_id });
    this.#reset();
  }

  async #fetch(files) {
    const made = await told(files(), this.pane);
    if (made) this.#take(made);
  }

  #chosen() {
    const files = [...this.file.files];
    if (files.length) this.#take(files);
    this.file.value = "";
  }

  #pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    this.#take(files);
  }

  #takesDrops() {
    this.pane.addEventListener("dragover", (event) => event.preventDefault());
    this.pane.addEventListener("drop", (event) => {
      event.preventDefault();
      const files = [...event.dataTransfer.files];
      if (files.length && this.node.checkVisibility()) this.#take(files);
    });
  }

  #take(files) {
    const reply = this.#reply;
    this.#reset();
    this.#reply = reply;
    this.#files = files.map((file) => ({ file, address: URL.createObjectURL(file) }));
    this.#drawAbove();
    this.input.focus();
  }

  #drawAbove() {
    const held = this.#held();
    this.above.hidden = !held;
    this.input.placeholder = this.#files ? "Add a caption" : "Message";
    if (!held) return;
    const drop = () => {
      this.#reset();
      this.input.focus();
    };
    this.above.replaceChildren(
      ...(held.pictures ?? []).map((src) => el("img", { src, alt: "" })),
      held.icon ? icon(held.icon) : "",
      el("span", {}, el("b", {}, held.title), el("span", { dir: "auto" }, held.words)),
      iconButton("close", "Cancel", drop),
    );
  }

  #held() {
    if (this.#files) return heldFiles(this.#files);
    if (this.#change) return { icon: "edit", title: "Edit message", words: summary(this.#change) };
    if (!this.#reply) return null;
    const kind = mediaOf(this.#reply);
    return { icon: kind === "photo" ? "photo" : "reply", title: `Reply to ${nameOf(this.#reply.from ?? {})}`, words: summary(this.#reply) };
  }
}

function heldFiles(files) {
  const pictures = files.filter(({ file }) => file.type.startsWith("image/")).map(({ address }) => address);
  const title = files.length > 1 ? `${files.length} files` : pictures.length ? "Picture" : "File";
  const words = files.map(({ file }) => file.name).join(", ");
  return { pictures: pictures.slice(0, SHOWN_PICTURES), icon: pictures.length ? null : "file", title, words };
}

function withoutEmpty(body) {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

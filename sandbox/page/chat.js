/** One conversation on the screen: messages, pinned bar, typing, and the place to write. */

import { Composer } from "./composer.js";
import { el, icon, iconButton, reconcile, soon } from "./dom.js";
import { answered, drawMessage, serviceWords, summary } from "./message.js";
import { announce, openMenu, showPicture, toast, told } from "./notices.js";
import { dayOf, nameOf } from "./people.js";
import * as server from "./server.js";
import { followTelegramLink } from "./links.js";

const RUN_SECONDS = 600; // messages of one person within it stand together
const PAGE = 200;
const NEAR_END_PX = 80;
const PRESS_PATIENCE_MS = 15000;
const EMOJI = ["👍", "❤️", "🎉", "👀", "🙏", "👎"];

export class Chat {
  #drawn = new Map();
  #pressed = new Map(); // button → its timer
  #reacted = new Map();
  #shownUpTo = 0;
  #limit = PAGE;
  #atEnd = true;
  #pinAt = 0;
  #size = "";

  /** `place()` says what is shown: {chatId, thread, viewer, isGroup}, or null. */
  constructor(world, place, { pane, commands, follow, blank }) {
    Object.assign(this, { world, place, pane, follow, blank });
    this.list = el("div", { class: "list", role: "log", "aria-live": "off", "aria-label": "Messages" });
    this.scroller = el("div", { class: "scroller", tabindex: 0, onscroll: () => this.#scrolled() }, this.list);
    this.pins = el("button", {
      type: "button",
      class: "pins",
      hidden: true,
      "aria-label": "Pinned message",
      onclick: () => this.#nextPin(),
    });
    this.unread = el("span", { class: "badge" });
    this.down = iconButton("down", "Latest message", () => this.toEnd(), { class: "to-end" });
    this.down.append(this.unread);
    this.typing = el("div", { class: "typing", hidden: true }, el("i"), el("i"), el("i"));
    this.composer = new Composer(world, place, { pane, commands, sent: () => this.toEnd() });
    this.conversation = el("div", { class: "conversation" }, this.scroller, this.typing, this.down);
    // With the keyboard nobody wants to walk through all that was said.
    const skip = el("button", { type: "button", class: "skip", onclick: () => this.composer.input.focus() }, "Skip to writing");
    this.node = el("div", { class: "chat" }, skip, this.pins, this.conversation, this.composer.node);
    this.draw = soon(() => this.#draw());
    new ResizeObserver(() => this.#settle()).observe(this.scroller);
    world.watch(this.draw);
  }

  /** Another chat or topic is shown from now on. */
  turned() {
    this.#drawn.clear();
    this.list.replaceChildren();
    this.#limit = PAGE;
    this.#atEnd = true;
    this.#pinAt = 0;
    this.#shownUpTo = Infinity;
    this.composer.turned();
    this.#draw();
    this.#shownUpTo = this.#lastId();
  }

  /** The bot answered a press: nothing turns any more. */
  answered() {
    for (const timer of this.#pressed.values()) clearTimeout(timer);
    this.#pressed.clear();
    for (const key of this.list.querySelectorAll("[aria-busy]")) key.removeAttribute("aria-busy");
  }

  toEnd() {
    this.#atEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #draw() {
    const here = this.place();
    if (!here) return;
    const all = this.world.messages(here.chatId, here.thread);
    const news = all.filter((message) => message.message_id > this.#shownUpTo);
    reconcile(this.list, this.#rows(all.slice(-this.#limit), all.length, here), this.#drawn);
    this.#announce(news, here);
    if (news.some((message) => message.from?.id === here.viewer.id)) this.#atEnd = true;
    this.#shownUpTo = Math.max(this.#shownUpTo === Infinity ? 0 : this.#shownUpTo, this.#lastId());
    this.typing.hidden = !this.world.isTyping(here.chatId, here.thread);
    this.#drawPins(all);
    this.composer.draw(all);
    this.#settle();
  }

  #lastId() {
    const here = this.place();
    return here ? (this.world.messages(here.chatId, here.thread).at(-1)?.message_id ?? 0) : 0;
  }

  #rows(messages, total, here) {
    const rows = total > messages.length ? [this.#earlier(total)] : [];
    if (!messages.length) rows.push({ key: "blank", sign: [here.chatId, here.thread], make: () => this.blank(here) });
    const pieces = albums(messages);
    pieces.forEach((parts, at) => {
      const before = pieces[at - 1]?.at(-1);
      const day = dayOf(parts[0].date, this.world.present());
      if (!before || dayOf(before.date, this.world.present()) !== day) rows.push(dayRow(parts[0], day));
      rows.push(this.#row(parts, before, pieces[at + 1]?.[0], here));
    });
    return rows;
  }

  #row(parts, before, after, here) {
    const first = !together(before, parts[0]);
    const last = !together(parts.at(-1), after);
    return {
      key: parts[0].message_id,
      sign: [...parts, first, last, here.viewer.id],
      make: () => this.#make(parts, first, last, here),
    };
  }

  #make(parts, first, last, here) {
    return drawMessage(parts, {
      viewerId: here.viewer.id,
      isGroup: here.isGroup,
      first,
      last,
      fresh: parts[0].message_id > this.#shownUpTo,
      pressed: (key) => this.#pressed.has(key),
      acts: this.acts,
    });
  }

  #earlier(total) {
    const more = () => {
      this.#limit += PAGE;
      this.#atEnd = false;
      this.draw();
    };
    const make = () => el("button", { type: "button", class: "earlier", onclick: more }, "Show earlier messages");
    return { key: "earlier", sign: [total], make };
  }

  #announce(news, here) {
    if (!this.node.checkVisibility()) return;
    for (const message of news) {
      if (message.from?.id === here.viewer.id) continue;
      announce(serviceWords(message) ?? `${nameOf(message.from ?? {})}: ${message.text ?? summary(message)}`);
    }
  }

  #scrolled() {
    if (this.#isResized()) return this.#settle(); // nobody scrolled: the window is another one
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    this.#mark();
  }

  #isResized() {
    const size = `${this.scroller.clientWidth} ${this.scroller.clientHeight}`;
    const isNew = size !== this.#size;
    this.#size = size;
    return isNew;
  }

  /** Stay at the end if one was there: new messages and grown ones push the others up. */
  #settle() {
    if (this.#atEnd) this.toEnd();
    this.#mark();
  }

  #mark() {
    const here = this.place();
    if (!here || !this.node.checkVisibility()) return;
    if (this.#atEnd && !document.hidden) this.world.markRead(here.chatId, here.thread);
    const waiting = this.world.overview(here.chatId, [here.viewer.id]).get(here.thread)?.unread ?? 0;
    this.unread.textContent = waiting || "";
    this.down.classList.toggle("shown", !this.#atEnd);
    this.down.tabIndex = this.#atEnd ? -1 : 0;
  }

  #drawPins(all) {
    const pinned = all.filter((message) => message.pinned);
    this.pins.hidden = !pinned.length;
    if (!pinned.length) return;
    const at = pinned.length - 1 - (this.#pinAt % pinned.length);
    const count = pinned.length > 1 ? ` #${at + 1}` : "";
    this.pins.replaceChildren(
      el("span", {}, el("b", {}, `Pinned message${count}`), el("span", { dir: "auto" }, summary(pinned[at]))),
      icon("pin"),
    );
    this.pins.dataset.pinned = pinned[at].message_id;
  }

  #nextPin() {
    this.jump(Number(this.pins.dataset.pinned));
    this.#pinAt += 1;
    this.draw();
  }

  jump(messageId) {
    const node = this.list.querySelector(`[data-message-id="${messageId}"]`);
    if (!node) return toast("That message is not here any more.", { over: this.pane });
    this.#atEnd = false;
    const whole = node.closest("article"); // of an album a part may be meant
    whole.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    whole.classList.remove("found");
    requestAnimationFrame(() => whole.classList.add("found"));
    whole.focus({ preventScroll: true });
  }

  acts = {
    command: (text) => this.composer.say(text),
    copy: (text) => this.#copy(text),
    follow: (url) => followTelegramLink(url, this.world, this.follow),
    press: (message, button, key) => this.#press(message, button, key),
    reply: (message) => this.composer.answer(message),
    react: (message, emoji) => this.#react(message, emoji),
    show: (src, caption) => showPicture(src, caption),
    jump: (messageId) => this.jump(messageId),
    menu: (event, message, mine) => openMenu(event, this.#menu(message, mine), "Message"),
  };

  async #press(message, button, key) {
    if (this.#pressed.has(key)) return;
    this.#turning(key);
    const { chatId, viewer } = this.place();
    const body = { user_id: viewer.id, chat_id: chatId, message_id: message.message_id, data: button.callback_data };
    if ((await told(server.press(body), this.pane)) === null) this.#still(key);
  }

  #turning(key) {
    this.#pressed.set(key, setTimeout(() => this.#still(key), PRESS_PATIENCE_MS));
    this.#busy(key, true);
  }

  #still(key) {
    clearTimeout(this.#pressed.get(key));
    this.#pressed.delete(key);
    this.#busy(key, false);
  }

  #busy(key, isBusy) {
    const button = this.list.querySelector(`[data-key="${key}"]`);
    if (isBusy) button?.setAttribute("aria-busy", "true");
    else button?.removeAttribute("aria-busy");
  }

  /** The same reaction once more takes it back. */
  async #react(message, face) {
    const { chatId, viewer } = this.place();
    const mine = `${viewer.id}:${chatId}:${message.message_id}`;
    const emoji = this.#reacted.get(mine) === face ? "" : face;
    const body = { user_id: viewer.id, chat_id: chatId, message_id: message.message_id, emoji };
    if ((await told(server.react(body), this.pane)) !== null) this.#reacted.set(mine, emoji);
  }

  async #copy(text) {
    const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    toast(done ? `Copied: ${text}` : "The browser did not allow copying.", { over: this.pane, wrong: !done });
  }

  #menu(message, mine) {
    const words = message.text ?? message.caption;
    const faces = EMOJI.map((emoji) => ({ label: emoji, spoken: `React ${emoji}`, act: () => this.#react(message, emoji) }));
    return [
      { row: faces },
      { label: "Reply", icon: "reply", act: () => this.composer.answer(message) },
      mine && words ? { label: "Edit", icon: "edit", act: () => this.composer.change(message) } : null,
      words ? { label: "Copy text", icon: "copy", act: () => this.#copy(words) } : null,
    ].filter(Boolean);
  }
}

function dayRow(message, day) {
  const make = () => el("div", { class: "day" }, el("span", {}, day));
  return { key: `day ${message.message_id}`, sign: [day], make };
}

/** Messages one by one, and the parts of an album together. */
function albums(messages) {
  const pieces = [];
  for (const message of messages) {
    const last = pieces.at(-1);
    const joins = message.media_group_id && message.media_group_id === last?.[0].media_group_id;
    if (joins) last.push(message);
    else pieces.push([message]);
  }
  return pieces;
}

/** Whether two messages stand in one run, with one tail and one name. */
function together(one, other) {
  if (!one || !other || serviceWords(one) || serviceWords(other)) return false;
  if (one.from?.id !== other.from?.id || answered(other)) return false;
  return other.date - one.date < RUN_SECONDS;
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

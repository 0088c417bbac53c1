/** The staff's pane: the groups with their topics, and the topic that is open. */

import { Chat } from "./chat.js";
import { el, icon, iconButton, reconcile, soon } from "./dom.js";
import { serviceWords, summary } from "./message.js";
import { confirmBox, openMenu, told } from "./notices.js";
import { avatar, nameOf, topicSign, whenOf } from "./people.js";
import * as server from "./server.js";
import { Switch } from "./switch.js";
import { GENERAL } from "./world.js";

export class StaffPane {
  viewer = null;
  groupId = null;
  thread = null;
  #seats = new Map(); // group → who acted there last, and in which topic
  #drawn = new Map();
  #drawnTabs = new Map();
  #places = new Map();

  constructor(node, world, follow) {
    Object.assign(this, { node, world });
    this.switch = new Switch("Staff", "Who of the staff acts", (id) => this.turnTo(id));
    this.chat = new Chat(world, () => this.#place(), {
      pane: node,
      commands: () => world.staffCommands[this.groupId] ?? [],
      follow,
      blank: () => el("div", { class: "blank" }, el("b", {}, "No messages here yet")),
    });
    this.tabs = el("div", { class: "tabs", role: "group", "aria-label": "Groups", hidden: true });
    this.group = el("div", { class: "title" });
    this.topics = el("div", { class: "topics", role: "group", "aria-label": "Topics" });
    this.title = el("div", { class: "title" });
    this.back = iconButton("back", "All topics", () => this.#toList(), { class: "back" });
    this.menu = iconButton("more", "Topic menu", (event) => this.#openMenu(event), { "aria-haspopup": "menu" });
    this.closed = el("div", { class: "closed-topic", hidden: true }, icon("lock"), "This topic is closed.");
    this.chat.composer.node.prepend(this.closed);
    const list = el("div", { class: "topic-list" }, this.tabs, el("header", { class: "head" }, this.group), this.topics);
    const head = el("header", { class: "head" }, this.back, this.title, this.menu);
    const open = el("div", { class: "topic-open" }, head, this.chat.node);
    node.append(this.switch.node, el("div", { class: "desk" }, list, open));
    world.watch(soon(() => this.#draw()));
  }

  turnTo(userId) {
    this.viewer = this.world.people.get(userId) ?? null;
    if (this.thread === null) return this.#draw();
    this.chat.turned();
    return this.#draw();
  }

  /** Another agency's group, as it was left. */
  enter(groupId) {
    if (groupId === this.groupId) return;
    this.#seats.set(this.groupId, { viewer: this.viewer, thread: this.thread });
    const seat = this.#seats.get(groupId);
    this.groupId = groupId;
    this.viewer = seat?.viewer ?? null;
    this.thread = seat?.thread ?? null;
    this.#draw();
    if (this.thread !== null) this.chat.turned();
  }

  /** Show a topic; General is 0. */
  open(thread, groupId = this.groupId) {
    if (this.world.groups().some((group) => group.id === groupId)) this.enter(groupId);
    this.thread = thread;
    this.node.classList.add("in-topic");
    this.chat.turned();
    this.#draw();
  }

  unread() {
    return this.world.groups().reduce((sum, group) => sum + this.#unreadIn(group), 0);
  }

  #unreadIn(group) {
    const viewer = group.id === this.groupId ? this.viewer : (this.#seats.get(group.id)?.viewer ?? this.world.members(group.id)[0]);
    const places = this.world.overview(group.id, viewer ? [viewer.id] : []);
    return [...places.values()].reduce((sum, { unread }) => sum + unread, 0);
  }

  #place() {
    if (this.groupId === null || !this.viewer || this.thread === null) return null;
    return { chatId: this.groupId, thread: this.thread, viewer: this.viewer, isGroup: true };
  }

  #staffIds() {
    return this.viewer ? [this.viewer.id] : [];
  }

  #toList() {
    this.node.classList.remove("in-topic");
    this.topics.querySelector("[aria-current]")?.focus();
  }

  #draw() {
    const groups = this.world.groups();
    this.groupId ??= groups[0]?.id ?? null;
    if (this.groupId === null) return;
    const group = this.world.chat(this.groupId);
    const members = this.world.members(group.id);
    this.chat.node.dataset.chatId = group.id;
    this.viewer ??= members[0] ?? null;
    this.#places = this.world.overview(group.id, this.#staffIds());
    this.switch.draw(members, this.viewer, () => 0);
    this.#drawTabs(groups);
    this.#drawGroup(group);
    const rows = this.#rows(group);
    reconcile(this.topics, rows, this.#drawn);
    this.#chooseTopic(rows, group);
    this.#drawTopic(group);
  }

  /** At the start the liveliest topic is open; when the open one is deleted, General is. */
  #chooseTopic(rows, group) {
    if (!this.viewer) return;
    if (this.thread === null) {
      this.thread = rows[1]?.key ?? GENERAL;
      this.chat.turned();
      this.#draw();
    } else if (this.thread !== GENERAL && !group.topics.has(this.thread)) {
      this.thread = GENERAL;
      this.node.classList.remove("in-topic");
      this.chat.turned();
      this.#draw();
    }
  }

  #rows(group) {
    const lastOf = (topic) => this.#places.get(topic.id)?.last?.message_id ?? topic.id;
    const topics = [...group.topics.values()].sort((one, other) => lastOf(other) - lastOf(one));
    return [null, ...topics].map((topic) => this.#row(topic));
  }

  #row(topic) {
    const key = topic?.id ?? GENERAL;
    const { last, unread } = this.#places.get(key) ?? { last: null, unread: 0 };
    const isOpen = key === this.thread;
    const today = this.world.present().toDateString();
    const sign = [topic, last, unread, isOpen, today];
    return { key, sign, make: () => this.#topicButton(topic, last, unread, isOpen) };
  }

  #topicButton(topic, last, unread, isOpen) {
    const thread = topic?.id ?? GENERAL;
    return el(
      "button",
      {
        type: "button",
        class: "topic",
        data: { threadId: thread },
        "aria-label": (topic?.name ?? "General") + (unread ? `, ${unread} unread` : ""),
        "aria-current": isOpen ? "true" : null,
        onclick: () => this.open(thread),
      },
      topicSign(topic),
      el("span", { class: "topic-name", dir: "auto" }, topic?.name ?? "General", topic?.closed ? icon("lock") : null),
      el("small", { class: "topic-when" }, last ? whenOf(last.date, this.world.present()) : ""),
      el("span", { class: "topic-last", dir: "auto" }, last ? lastWords(last) : "No messages yet"),
      unread ? el("span", { class: "badge" }, unread) : null,
    );
  }

  /** Several agencies: a tab for the group of each. */
  #drawTabs(groups) {
    this.tabs.hidden = groups.length < 2;
    const rows = groups.map((group) => {
      const isOpen = group.id === this.groupId;
      const unread = isOpen ? 0 : this.#unreadIn(group);
      return { key: group.id, sign: [group.title, isOpen, unread], make: () => this.#tab(group, isOpen, unread) };
    });
    reconcile(this.tabs, rows, this.#drawnTabs);
  }

  #tab(group, isOpen, unread) {
    return el(
      "button",
      { type: "button", "aria-pressed": String(isOpen), onclick: () => this.enter(group.id) },
      el("span", { dir: "auto" }, group.title),
      unread ? el("span", { class: "badge" }, unread) : null,
    );
  }

  #drawGroup(group) {
    const count = group.topics.size + 1;
    const sign = `${group.title} ${count}`;
    if (this.group.dataset.sign === sign) return;
    this.group.dataset.sign = sign;
    const detail = `${count} ${count === 1 ? "topic" : "topics"}`;
    const face = avatar({ id: group.id, name: group.title });
    this.group.replaceChildren(face, el("div", {}, el("h3", { dir: "auto" }, group.title || "Staff group"), el("small", {}, detail)));
  }

  #drawTopic(group) {
    if (this.thread === null) return;
    const topic = group.topics.get(this.thread);
    this.chat.node.dataset.threadId = this.thread;
    this.menu.hidden = !topic;
    this.closed.hidden = !topic?.closed;
    const isTyping = this.world.isTyping(group.id, this.thread);
    const status = isTyping ? `${nameOf(this.world.bot)} is typing…` : group.title;
    const words = el("div", {}, el("h3", { dir: "auto" }, topic?.name ?? "General"), el("small", { class: isTyping ? "active" : "" }, status));
    this.title.replaceChildren(topicSign(topic), words);
  }

  #openMenu(event) {
    const topic = this.world.chat(this.groupId).topics.get(this.thread);
    if (!topic) return;
    const gate = topic.closed
      ? { label: "Reopen topic", icon: "unlock", act: () => this.#do("reopen") }
      : { label: "Close topic", icon: "lock", act: () => this.#do("close") };
    const remove = { label: "Delete topic", icon: "trash", danger: true, act: () => this.#delete(topic) };
    openMenu(event, [gate, remove], "Topic");
  }

  async #delete(topic) {
    const text = `“${topic.name}” and all its messages go away. Telegram does not tell the bot.`;
    if (await confirmBox("Delete topic?", text, "Delete")) await this.#do("delete");
  }

  #do(what) {
    const { chatId, thread, viewer } = this.#place();
    const body = { user_id: viewer.id, chat_id: chatId, thread_id: thread, do: what };
    return told(server.topic(body), this.node);
  }
}

function lastWords(message) {
  const service = serviceWords(message);
  if (service) return service;
  return el("span", {}, el("b", {}, `${nameOf(message.from ?? {})}: `), summary(message));
}

/** What the page knows: people, chats, topics, messages, and what has not been read yet. */

export const GENERAL = 0;
const TYPING_MS = 5000;

export class World {
  now = null; // the sandbox's clock at `heardAt`
  heardAt = 0;
  bot = { first_name: "Daiko", username: "" };
  commands = {}; // by language; "": for everybody else
  staffCommands = {}; // by group
  people = new Map();
  chats = new Map();
  read = new Map(); // place → the last message that was on the screen
  typing = new Map(); // place → until when
  #watchers = [];

  /** `watcher` is called after every change. */
  watch(watcher) {
    this.#watchers.push(watcher);
  }

  changed() {
    for (const watcher of this.#watchers) watcher();
  }

  load(world) {
    const first = this.chats.size === 0;
    this.bot = world.bot ?? this.bot;
    this.setCommands(world);
    this.people = new Map(world.people.map((person) => [person.id, person]));
    this.chats = new Map(world.chats.map((chat) => [chat.id, remembered(chat)]));
    this.setClock(world.now);
    if (first) this.readEverything();
    this.changed();
  }

  setCommands({ commands, staff_commands }) {
    this.commands = commands ?? {};
    this.staffCommands = staff_commands ?? {};
  }

  /** What the bot offers a customer, in their language. */
  commandsOf(person) {
    return this.commands[person?.language] ?? this.commands[""] ?? [];
  }

  setClock(now) {
    this.now = Date.parse(now);
    this.heardAt = performance.now();
  }

  /** The sandbox's present, running on between two words from it. */
  present() {
    return new Date(this.now + performance.now() - this.heardAt);
  }

  apply(event) {
    HAPPENED[event.type]?.(this, event);
    this.changed();
  }

  chat(chatId) {
    if (!this.chats.has(chatId)) this.chats.set(chatId, remembered({ id: chatId }));
    return this.chats.get(chatId);
  }

  groups() {
    return [...this.chats.values()].filter((chat) => chat.type.endsWith("group"));
  }

  role(role) {
    return [...this.people.values()].filter((person) => person.role === role);
  }

  members(groupId) {
    return [...this.people.values()].filter((person) => person.groups?.includes(groupId));
  }

  /** The messages of a chat, or of one topic of it, oldest first. */
  messages(chatId, thread = GENERAL) {
    const all = [...this.chat(chatId).messages.values()];
    return all
      .filter((message) => threadOf(message) === thread)
      .sort((one, other) => one.message_id - other.message_id);
  }

  message(chatId, messageId) {
    return this.chat(chatId).messages.get(messageId);
  }

  /** Change what is known of a message that is there; another object, so that it is redrawn. */
  amend(chatId, messageId, facts) {
    const known = this.message(chatId, messageId);
    if (known) this.chat(chatId).messages.set(messageId, { ...known, ...facts });
  }

  /** Each place of a chat with its last message and how many of others' came since it was read. */
  overview(chatId, viewerIds) {
    const places = new Map();
    for (const message of this.chat(chatId).messages.values()) {
      const thread = threadOf(message);
      const seen = places.get(thread) ?? { last: null, unread: 0 };
      if (!(seen.last?.message_id > message.message_id)) seen.last = message;
      if (this.#isUnread(chatId, thread, message, viewerIds)) seen.unread += 1;
      places.set(thread, seen);
    }
    return places;
  }

  #isUnread(chatId, thread, message, viewerIds) {
    return message.message_id > this.readUpTo(chatId, thread) && !viewerIds.includes(message.from?.id);
  }

  markRead(chatId, thread) {
    const last = this.messages(chatId, thread).at(-1)?.message_id ?? 0;
    if (last <= this.readUpTo(chatId, thread)) return;
    this.read.set(place(chatId, thread), last);
    this.changed();
  }

  readUpTo(chatId, thread) {
    return this.read.get(place(chatId, thread)) ?? 0;
  }

  readEverything() {
    for (const chat of this.chats.values())
      for (const message of chat.messages.values()) {
        const here = place(chat.id, threadOf(message));
        this.read.set(here, Math.max(this.read.get(here) ?? 0, message.message_id));
      }
  }

  isTyping(chatId, thread) {
    return (this.typing.get(place(chatId, thread)) ?? 0) > performance.now();
  }
}

function remembered(chat) {
  const topics = (chat.topics ?? []).filter((topic) => topic.id > 1); // 1 is General
  const messages = chat.messages ?? [];
  return {
    type: chat.id < 0 ? "supergroup" : "private",
    title: "",
    ...chat,
    topics: new Map(topics.map((topic) => [topic.id, topic])),
    messages: new Map(messages.map((message) => [message.message_id, message])),
  };
}

function place(chatId, thread) {
  return `${chatId}:${thread}`;
}

/** The topic a message stands in; replies in ordinary groups carry a thread that is none. */
export function threadOf(message) {
  const isTopic = message.is_topic_message || message.forum_topic_created;
  return (isTopic && (message.message_thread_id ?? message.message_id)) || GENERAL;
}

const HAPPENED = {
  message(world, { chat_id, message }) {
    world.chat(chat_id).messages.set(message.message_id, message);
    if (message.from?.is_bot) world.typing.delete(place(chat_id, threadOf(message)));
  },
  edited(world, { chat_id, message }) {
    const known = world.message(chat_id, message.message_id) ?? {};
    const { pinned, reactions } = known;
    world.chat(chat_id).messages.set(message.message_id, { pinned, reactions, ...message });
  },
  deleted(world, { chat_id, message_id }) {
    world.chat(chat_id).messages.delete(message_id);
  },
  topic(world, { chat_id, topic }) {
    const { topics } = world.chat(chat_id);
    if (topic.id <= 1) return;
    if (topic.deleted) forget(world.chat(chat_id), topic.id);
    else topics.set(topic.id, { ...topics.get(topic.id), ...topic });
  },
  pinned(world, { chat_id, message_id, pinned }) {
    world.amend(chat_id, message_id, { pinned });
  },
  reaction(world, { chat_id, message_id, reactions }) {
    world.amend(chat_id, message_id, { reactions });
  },
  typing(world, { chat_id, thread_id }) {
    world.typing.set(place(chat_id, thread_id ?? GENERAL), performance.now() + TYPING_MS);
    setTimeout(() => world.changed(), TYPING_MS + 10);
  },
  clock(world, { now }) {
    world.setClock(now);
  },
  person(world, { person }) {
    world.people.set(person.id, { ...world.people.get(person.id), ...person });
  },
};

function forget(chat, thread) {
  chat.topics.delete(thread);
  for (const message of chat.messages.values())
    if (threadOf(message) === thread) chat.messages.delete(message.message_id);
}

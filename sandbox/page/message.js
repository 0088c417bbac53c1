/** Draws one message: bubble, quote, picture, text, time, reactions and its keyboard. */

import { el, icon, iconButton } from "./dom.js";
import { fileAddress } from "./server.js";
import { richText, safeAddress } from "./text.js";
import { avatar, hue, timeOf } from "./people.js";

const MEDIA_NAMES = {
  photo: "Photo",
  video: "Video",
  animation: "GIF",
  voice: "Voice message",
  video_note: "Video message",
  audio: "Audio",
  document: "Document",
  sticker: "Sticker",
  venue: "Place", // it has a location as well
  location: "Location",
  contact: "Contact",
  poll: "Poll",
  dice: "Dice",
};
const LIVELY = "button, a, code, pre, audio, video, .spoiler, .expandable";
const SERVICE = {
  forum_topic_created: (message) => `${who(message)} created the topic “${message.forum_topic_created.name}”`,
  forum_topic_edited: (message) => topicEdited(message),
  forum_topic_closed: (message) => `${who(message)} closed the topic`,
  forum_topic_reopened: (message) => `${who(message)} reopened the topic`,
  general_forum_topic_hidden: (message) => `${who(message)} hid the General topic`,
  general_forum_topic_unhidden: (message) => `${who(message)} showed the General topic`,
  pinned_message: (message) => `${who(message)} pinned “${short(summary(message.pinned_message))}”`,
  new_chat_members: (message) => `${names(message.new_chat_members)} joined the group`,
  left_chat_member: (message) => `${names([message.left_chat_member])} left the group`,
  new_chat_title: (message) => `${who(message)} named the group “${message.new_chat_title}”`,
  new_chat_photo: (message) => `${who(message)} changed the group's photo`,
  supergroup_chat_created: () => "The group was created",
  group_chat_created: () => "The group was created",
  migrate_to_chat_id: () => "The group became a supergroup",
};

/** The words of a service message, or null when a person or the bot said it. */
export function serviceWords(message) {
  const kind = Object.keys(SERVICE).find((name) => message[name] !== undefined && message[name] !== null);
  return kind ? SERVICE[kind](message) : null;
}

/** A message in one line, as quotes, the pinned bar and the list of topics show it. */
export function summary(message) {
  if (!message) return "";
  const kind = mediaOf(message);
  const words = message.text ?? message.caption;
  if (words) return words.replace(/\s+/g, " ");
  if (message.media_group_id) return "Album";
  return kind ? MEDIA_NAMES[kind] : (serviceWords(message) ?? "Message");
}

/** The message this one answers; in a topic everything "answers" the topic's first message. */
export function answered(message) {
  const quoted = message.reply_to_message;
  if (!quoted || quoted.forum_topic_created) return null;
  return quoted.message_id === message.message_thread_id ? null : quoted;
}

export function mediaOf(message) {
  return Object.keys(MEDIA_NAMES).find((kind) => message[kind]);
}

/** A message, or all of an album. `look`: viewerId, isGroup, first and last of a run, fresh,
 * pressed(key), acts. */
export function drawMessage(parts, look) {
  const service = serviceWords(parts[0]);
  return service ? drawService(parts[0], service) : drawSaid(whole(parts), look);
}

/** An album as one message: with the caption of whichever part has one, and what was done to any. */
function whole(parts) {
  if (parts.length === 1) return parts[0];
  const spoken = parts.find((part) => part.caption) ?? parts[0];
  return {
    ...spoken,
    parts,
    edited: parts.some((part) => part.edited),
    pinned: parts.some((part) => part.pinned),
    reactions: parts.map((part) => part.reactions ?? []).reduce((most, each) => (each.length > most.length ? each : most)),
  };
}

function drawService(message, words) {
  const data = { messageId: message.message_id };
  return el("article", { class: "service", data, tabindex: -1 }, el("span", { dir: "auto" }, words));
}

function drawSaid(message, look) {
  const mine = message.from?.id === look.viewerId;
  return el(
    "article",
    {
      class: classes(message, look, mine),
      data: { messageId: (message.parts?.[0] ?? message).message_id, from: message.from?.id },
      "aria-label": `${who(message)}, ${timeOf(message.date)}`,
      tabindex: -1,
      oncontextmenu: (event) => openMenu(event, message, mine, look),
      onclick: (event) => tapped(event, message, mine, look),
      ondblclick: (event) => doubleTapped(event, message, look),
    },
    look.isGroup && !mine ? el("div", { class: "side" }, look.last && avatar(message.from)) : null,
    el("div", { class: "column" }, bubble(message, look, mine), keyboard(message, look)),
    iconButton("more", "Message menu", (event) => openMenu(event, message, mine, look), {
      class: "message-menu",
      "aria-haspopup": "menu",
    }),
  );
}

function classes(message, look, mine) {
  const has = {
    out: mine,
    in: !mine,
    first: look.first,
    last: look.last,
    fresh: look.fresh,
    bare: Boolean(message.sticker),
    pictured: isPicture(message),
    captioned: Boolean(message.caption),
    keyed: Boolean(message.reply_markup?.inline_keyboard?.length),
  };
  return ["message", ...Object.keys(has).filter((name) => has[name])].join(" ");
}

function openMenu(event, message, mine, look) {
  event.preventDefault();
  look.acts.menu(event, message, mine);
}

/** A finger has no right button: its tap on the bubble opens the menu. */
function tapped(event, message, mine, look) {
  const isFree = !event.target.closest(LIVELY) && event.target.closest(".bubble");
  if (isFree && matchMedia("(hover: none)").matches) look.acts.menu(event, message, mine);
}

function doubleTapped(event, message, look) {
  if (!event.target.closest(`${LIVELY}, .text`)) look.acts.reply(message);
}

function bubble(message, look, mine) {
  const named = look.isGroup && !mine && look.first;
  return el(
    "div",
    { class: "bubble" },
    named && el("div", { class: "name", style: { "--hue": hue(message.from) } }, who(message)),
    message.forward_origin && el("div", { class: "forwarded" }, `Forwarded from ${origin(message)}`),
    quote(message, look),
    media(message, look),
    body(message, look, mine),
    reactions(message, look, mine),
  );
}

function body(message, look, mine) {
  const words = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities;
  const text = el("span", { class: "text", dir: "auto" }, richText(words, entities, look.acts));
  const isLast = !message.reactions?.length; // else the time stands beside the reactions
  return el("div", { class: "body" }, words ? text : null, isLast ? meta(message, mine) : null);
}

function meta(message, mine) {
  const edited = message.edited ?? Boolean(message.edit_date);
  return el(
    "span",
    { class: "meta" },
    message.pinned ? icon("pin") : null,
    edited ? el("span", {}, "edited ") : null,
    el("time", { datetime: new Date(message.date * 1000).toISOString() }, timeOf(message.date)),
    mine ? icon("check") : null,
  );
}

function quote(message, look) {
  const quoted = answered(message);
  if (!quoted) return null;
  const jump = (event) => {
    event.preventDefault();
    look.acts.jump(quoted.message_id);
  };
  const words = message.quote?.text ?? summary(quoted);
  return el(
    "a",
    { class: "quote", href: "#", onclick: jump, style: { "--hue": hue(quoted.from) } },
    quoted.photo && el("img", { src: fileAddress(smallest(quoted.photo)), alt: "" }),
    el("span", {}, el("b", {}, who(quoted)), el("span", { dir: "auto" }, words)),
  );
}

function media(message, look) {
  if (message.parts) return album(message.parts, look);
  const kind = mediaOf(message);
  return kind ? (MEDIA[kind] ?? attachment)(message[kind], message, look, kind) : null;
}

/** Pictures side by side, the first ones large; anything else one below the other. */
function album(parts, look) {
  const shown = parts.map((part) => {
    const node = media(part, look);
    node.dataset.messageId = part.message_id;
    return node;
  });
  const pictures = parts.every(isPicture);
  const label = `Album of ${parts.length}`;
  return el("div", { class: pictures ? "picture album" : "pile", role: "group", "aria-label": label, data: { count: parts.length } }, shown);
}

function isPicture(message) {
  return Boolean(message.photo ?? message.video ?? message.animation);
}

const MEDIA = {
  photo: (sizes, message, look) => photo(sizes.at(-1), message, look),
  sticker: (sticker) => el("div", { class: "sticker" }, sticker.emoji ?? "🖼"),
  video: (video) => el("video", { class: "picture", src: fileAddress(video.file_id), controls: true }),
  animation: (video) =>
    el("video", { class: "picture", src: fileAddress(video.file_id), controls: true, loop: true }),
  voice: (voice) => el("audio", { src: fileAddress(voice.file_id), controls: true }),
  audio: (audio) => el("audio", { src: fileAddress(audio.file_id), controls: true }),
  location: (at) => card("📍", "Location", `${at.latitude.toFixed(5)}, ${at.longitude.toFixed(5)}`),
  venue: (venue) => card("📍", venue.title, venue.address),
  contact: (contact) =>
    card("👤", [contact.first_name, contact.last_name].filter(Boolean).join(" "), contact.phone_number),
  poll: (poll) => card("📊", poll.question, poll.options.map((option) => option.text).join(" · ")),
  dice: (dice) => el("div", { class: "sticker" }, dice.emoji),
};

function photo(size, message, look) {
  const src = fileAddress(size.file_id);
  const alt = message.caption ? `Photo: ${short(message.caption)}` : "Photo";
  const shown = { src, alt, width: size.width, height: size.height, loading: "lazy" };
  const open = () => look.acts.show(src, message.caption ?? "Photo");
  return el(
    "a",
    { class: "picture", href: src, target: "_blank", onclick: (event) => {
      event.preventDefault();
      open();
    } },
    el("img", shown),
  );
}

function attachment(file, _message, _look, kind) {
  const name = file.file_name ?? MEDIA_NAMES[kind];
  const inside = [el("span", { class: "file-icon" }, icon("file")), words(name, sizeOf(file.file_size))];
  if (!file.file_id) return el("div", { class: "file" }, inside);
  return el("a", { class: "file", href: fileAddress(file.file_id), target: "_blank", download: name }, inside);
}

function card(sign, title, detail) {
  return el("div", { class: "file" }, el("span", { class: "file-icon" }, sign), words(title, detail));
}

function words(title, detail) {
  return el("span", {}, el("b", {}, title), el("small", {}, detail ?? ""));
}

function reactions(message, look, mine) {
  if (!message.reactions?.length) return null;
  const again = (emoji) => () => look.acts.react(message, emoji);
  return el(
    "div",
    { class: "reactions" },
    tally(message.reactions).map(([emoji, count]) =>
      el(
        "button",
        { type: "button", "aria-label": `Reaction ${emoji}`, onclick: again(emoji) },
        emoji,
        count > 1 ? el("span", {}, ` ${count}`) : null,
      ),
    ),
    meta(message, mine),
  );
}

function tally(emojis) {
  const counts = new Map();
  for (const given of emojis) {
    const emoji = given.emoji ?? given;
    counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  }
  return [...counts];
}

function keyboard(message, look) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  const drawn = rows.map((row, at) =>
    el("div", { class: "keys" }, row.map((button, column) => key(message, button, `${at}:${column}`, look))),
  );
  return el("div", { class: "keyboard", role: "group", "aria-label": "Buttons" }, drawn);
}

function key(message, button, at, look) {
  const id = `${message.message_id}:${at}`;
  const style = button.style ? ` key-${button.style}` : "";
  return el(
    "button",
    {
      type: "button",
      class: `key${style}`,
      data: { key: id },
      "aria-busy": look.pressed(id) ? "true" : null,
      onclick: () => tap(message, button, id, look.acts),
    },
    el("span", { dir: "auto" }, button.text),
    button.url ? icon("out") : null,
    button.copy_text ? icon("copy") : null,
  );
}

function tap(message, button, id, acts) {
  if (button.copy_text) acts.copy(button.copy_text.text);
  else if (button.url) openAddress(button.url, acts);
  else if (button.callback_data !== undefined) acts.press(message, button, id);
}

function openAddress(url, acts) {
  const address = safeAddress(url);
  if (address && !acts.follow(address)) window.open(address, "_blank", "noopener,noreferrer");
}

function topicEdited(message) {
  const { name } = message.forum_topic_edited;
  return name ? `${who(message)} renamed the topic to “${name}”` : `${who(message)} changed the topic's icon`;
}

function who(message) {
  return names([message.from ?? message.sender_chat]);
}

function names(people) {
  return people
    .map((person) => [person?.first_name, person?.last_name].filter(Boolean).join(" ") || person?.title || "Somebody")
    .join(", ");
}

function origin({ forward_origin: from }) {
  const known = from.sender_user ?? from.sender_chat ?? from.chat;
  return from.sender_user_name ?? names([known]);
}

function smallest(sizes) {
  return sizes[0].file_id;
}

function short(words) {
  return words.length > 40 ? `${words.slice(0, 39).trimEnd()}…` : words;
}

function sizeOf(bytes) {
  if (!bytes) return "";
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

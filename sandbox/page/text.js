/** Draws a message's text with its Bot API entities, which count in UTF-16 as JavaScript does. */

import { el } from "./dom.js";

const MARKS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  blockquote: "blockquote",
};
const SAFE = ["http:", "https:", "mailto:", "tel:"];

/** `acts` has what a tap on a piece of text does: `command(text)`, `copy(text)`, `follow(url)`. */
export function richText(text, entities, acts) {
  const pieces = (entities ?? []).map(({ offset, length, ...rest }) => ({
    ...rest,
    from: offset,
    to: offset + length,
  }));
  const root = document.createDocumentFragment();
  root.append(...between(text, 0, text.length, nested(pieces), acts));
  return root;
}

function nested(pieces) {
  return [...pieces].sort((one, other) => one.from - other.from || other.to - one.to);
}

function between(text, from, to, pieces, acts) {
  const nodes = [];
  let at = from;
  const queue = [...pieces];
  while (queue.length) {
    const piece = queue.shift();
    const end = Math.min(piece.to, to);
    if (piece.from < at || piece.from >= end) continue;
    const inside = takeInside(queue, end);
    if (piece.from > at) nodes.push(text.slice(at, piece.from));
    const children = between(text, piece.from, end, inside, acts);
    nodes.push(marked(piece, text.slice(piece.from, end), children, acts));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

/** What begins before `end` is a child; what sticks out is cut in two, and the rest waits. */
function takeInside(queue, end) {
  const inside = [];
  const rest = [];
  while (queue.length && queue[0].from < end) {
    const piece = queue.shift();
    inside.push(piece);
    if (piece.to > end) rest.push({ ...piece, from: end });
  }
  queue.unshift(...nested(rest));
  return inside;
}

function marked(piece, raw, children, acts) {
  if (piece.type in MARKS) return el(MARKS[piece.type], {}, children);
  return DRAWN[piece.type]?.(piece, raw, children, acts) ?? el("span", {}, children);
}

const DRAWN = {
  text_link: (piece, _raw, children, acts) => link(piece.url, children, acts),
  url: (_piece, raw, children, acts) => link(raw, children, acts),
  email: (_piece, raw, children, acts) => link(`mailto:${raw}`, children, acts),
  phone_number: (_piece, raw, children, acts) => link(`tel:${raw}`, children, acts),
  mention: (_piece, _raw, children) => el("span", { class: "mention" }, children),
  text_mention: (_piece, _raw, children) => el("span", { class: "mention" }, children),
  hashtag: (_piece, _raw, children) => el("span", { class: "mention" }, children),
  code: (_piece, raw, children, acts) => copyable(el("code"), raw, children, acts),
  pre: (_piece, raw, children, acts) => copyable(el("pre"), raw, children, acts),
  spoiler: (_piece, _raw, children) => spoiler(children),
  expandable_blockquote: (_piece, _raw, children) => expandable(children),
  bot_command: (_piece, raw, children, acts) => command(raw, children, acts),
};

/** An address that is safe to open, or null: text from strangers may carry `javascript:`. */
export function safeAddress(address) {
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  try {
    return SAFE.includes(new URL(whole).protocol) ? whole : null;
  } catch {
    return null;
  }
}

function link(address, children, acts) {
  const href = safeAddress(address);
  if (!href) return el("span", {}, children);
  const follow = (event) => acts.follow(href) && event.preventDefault();
  return el(
    "a",
    { href, target: "_blank", rel: "noopener noreferrer", title: href, onclick: follow },
    children,
  );
}

function copyable(node, raw, children, acts) {
  node.append(...children);
  node.tabIndex = 0;
  node.title = "Copy";
  onTap(node, () => acts.copy(raw));
  return node;
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", tabindex: 0, role: "button" });
  node.setAttribute("aria-label", "Hidden text, press to show");
  node.append(el("span", {}, children));
  onTap(node, () => {
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
  });
  return node;
}

function expandable(children) {
  const node = el("blockquote", { class: "expandable", tabindex: 0 }, children);
  onTap(node, () => node.classList.toggle("shown"));
  return node;
}

function command(raw, children, acts) {
  return el("a", { href: "#", class: "command", onclick: (event) => {
    event.preventDefault();
    acts.command(raw);
  } }, children);
}

function onTap(node, act) {
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter") act();
  });
}

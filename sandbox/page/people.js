/** How people, topics and moments are drawn. */

import { el, shape } from "./dom.js";

const BOT_HUE = 208;
const HUES = [8, 26, 265, 150, 182, 330, 290];
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const ZONE = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" });
const WEEK_MS = 6 * 24 * 3600 * 1000;
const BUBBLE = "M14 3c6.4 0 11 4.1 11 9.8S20.4 22.6 14 22.6c-.9 0-1.9-.1-2.7-.3L6 25.5v-5.2c-1.9-1.8-3-4.4-3-7.5C3 7.1 7.6 3 14 3z";

/** A colour of its own for everybody, the same one everywhere. */
export function hue(person) {
  if (person?.is_bot) return BOT_HUE;
  return HUES[Math.abs(person?.id ?? 0) % HUES.length];
}

export function nameOf(person) {
  return person.name ?? [person.first_name, person.last_name].filter(Boolean).join(" ") ?? "";
}

/** A round sign with a person's initials; the bot has the logo. */
export function avatar(person, size = "") {
  if (person?.is_bot) return el("span", { class: `avatar ${size}`, "aria-hidden": "true" }, el("img", { src: "logo.svg", alt: "" }));
  const initials = nameOf(person ?? {})
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => [...part][0] ?? "")
    .join("");
  const style = { "--hue": hue(person) };
  return el("span", { class: `avatar ${size}`, style, "aria-hidden": "true" }, initials.toUpperCase());
}

/** A topic's sign: the icon it was given, else a speech bubble in its colour with the emoji or
 * letter its name begins with. */
export function topicSign(topic) {
  if (!topic) return el("span", { class: "topic-sign general", "aria-hidden": "true" }, "#");
  if (topic.icon) return el("span", { class: "topic-sign given", "aria-hidden": "true" }, topic.icon);
  const colour = `#${(topic.icon_color ?? 0x6fb9f0).toString(16).padStart(6, "0")}`;
  const svg = shape("svg", { viewBox: "2.5 2 23 24" }, shape("path", { d: BUBBLE }));
  return el("span", { class: "topic-sign", style: { "--colour": colour }, "aria-hidden": "true" }, svg, letter(topic.name));
}

function letter(name) {
  const words = name.replace(/^#?\d+\s*/, ""); // an order's number says little in one letter
  return (words.match(/^\p{Extended_Pictographic}\uFE0F?|[\p{L}\d]/u)?.[0] ?? "#").toUpperCase();
}

export function timeOf(seconds) {
  return CLOCK.format(seconds * 1000);
}

/** The heading of a day; the year is there when it is not this one. */
export function dayOf(seconds, present) {
  const date = new Date(seconds * 1000);
  return (date.getFullYear() === present.getFullYear() ? DAY : DAY_OF_YEAR).format(date);
}

/** When, as a list shows it: the time today, the weekday this week, else the date. */
export function whenOf(seconds, present) {
  const date = new Date(seconds * 1000);
  if (date.toDateString() === present.toDateString()) return CLOCK.format(date);
  if (present - date < WEEK_MS) return date.toLocaleDateString("en-GB", { weekday: "short" });
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

export function weekday(date) {
  return WEEKDAY.format(date);
}

export function dateOf(date) {
  return DATE.format(date);
}

export function clockTime(date) {
  return CLOCK.format(date);
}

export function zoneName(date) {
  return ZONE.formatToParts(date).find((part) => part.type === "timeZoneName").value;
}

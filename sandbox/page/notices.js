/** What comes up over the page: toasts, alerts, questions, menus, a picture in full. */

import { el, icon } from "./dom.js";

const TOAST_MS = 3200;
const TOAST_MS_PER_LETTER = 45;

/** A short word over one of the panes (or the page), gone by itself. */
export function toast(text, { over = document.body, wrong = false, link = null } = {}) {
  const node = el(
    "div",
    { class: wrong ? "toast wrong" : "toast", role: wrong ? "alert" : "status" },
    el("span", { dir: "auto" }, text),
    link,
  );
  toastsOf(over).append(node);
  setTimeout(() => node.remove(), TOAST_MS + text.length * TOAST_MS_PER_LETTER);
}

/** In the pane's open conversation, if there is one on the screen. */
function toastsOf(pane) {
  const conversation = pane.querySelector(".conversation");
  const over = pane !== document.body && conversation?.checkVisibility() ? conversation : pane;
  const there = over.querySelector(":scope > .toasts");
  if (there) return there;
  const made = el("div", { class: "toasts" });
  over.append(made);
  return made;
}

/** Wait for an answer; a refusal of the sandbox is shown, and then the answer is null. */
export async function told(asked, over) {
  try {
    return await asked;
  } catch (error) {
    toast(error.message, { over, wrong: true });
    return null;
  }
}

/** The bot's alert: it stays until *OK*. */
export function alertBox(title, text) {
  const ok = el("button", { class: "plain", value: "ok" }, "OK");
  return dialog("alertdialog", title, el("p", { dir: "auto" }, text), [ok]);
}

export async function confirmBox(title, text, label) {
  const buttons = [
    el("button", { class: "plain", value: "" }, "Cancel"),
    el("button", { class: "plain danger", value: "yes" }, label),
  ];
  return (await dialog("alertdialog", title, el("p", {}, text), buttons)) === "yes";
}

/** Ask for one line and a choice of `options` (value → label); null when it was cancelled. */
export async function askBox(title, { label, proposal, choice, options }) {
  const input = el("input", { name: "line", value: proposal, maxlength: 64, autocomplete: "off", required: true });
  const select = el("select", {}, Object.entries(options).map(([value, words]) => el("option", { value }, words)));
  const asked = [el("label", {}, el("span", {}, label), input), el("label", {}, el("span", {}, choice), select)];
  const buttons = [
    el("button", { class: "plain", value: "", formnovalidate: true, type: "button" }, "Cancel"),
    el("button", { class: "plain", value: "yes" }, title),
  ];
  const answer = await dialog("dialog", title, el("div", { class: "asked" }, asked), buttons);
  const line = input.value.trim();
  return answer === "yes" && line ? { line, chosen: select.value } : null;
}

function dialog(role, title, content, buttons) {
  const heading = el("h2", {}, title);
  const form = el("form", { method: "dialog" }, heading, content, el("div", { class: "answers" }, buttons));
  const box = el("dialog", { role, "aria-label": title, class: "box" }, form);
  for (const button of buttons) if (button.type === "button") button.onclick = () => box.close("");
  return shown(box);
}

function shown(box) {
  document.body.append(box);
  box.showModal();
  box.querySelector("input")?.select();
  return new Promise((answer) => {
    box.addEventListener("close", () => {
      box.remove();
      answer(box.returnValue);
    });
  });
}

/** A picture as large as the window, and in its own size at a click; Escape, or a click beside it,
 * closes it. */
export function showPicture(src, caption) {
  const box = el("dialog", { class: "lightbox", "aria-label": caption });
  const close = el("button", { class: "icon-button", "aria-label": "Close", onclick: () => box.close() }, icon("close"));
  const large = (event) => {
    event.stopPropagation();
    box.classList.toggle("large");
  };
  box.append(close, el("div", { class: "frame" }, el("img", { src, alt: caption, onclick: large })));
  box.addEventListener("click", () => box.close());
  return shown(box);
}

/** A menu at an element or under the pointer; `items`: {label, icon, act, danger} or {row: [...]}. */
export function openMenu(event, items, label) {
  document.querySelector(".menu")?.hidePopover();
  const opener = document.activeElement;
  const menu = el("div", { class: "menu", role: "menu", popover: "auto", "aria-label": label });
  menu.append(...items.map((item) => menuItem(item, menu)));
  menu.addEventListener("keydown", (pressed) => walk(pressed, menu));
  menu.addEventListener("toggle", (toggled) => {
    if (toggled.newState !== "closed") return;
    if (menu.contains(document.activeElement) || document.activeElement === document.body) opener?.focus();
    menu.remove();
  });
  document.body.append(menu);
  menu.showPopover();
  placeMenu(menu, event);
  menu.querySelector("button").focus({ preventScroll: true });
}

function menuItem(item, menu) {
  if (item.row) return el("div", { class: "menu-row" }, item.row.map((one) => menuButton(one, menu)));
  return menuButton(item, menu);
}

function menuButton(item, menu) {
  const act = () => {
    menu.hidePopover();
    item.act();
  };
  const classes = item.danger ? "danger" : "";
  return el(
    "button",
    { type: "button", role: "menuitem", class: classes, onclick: act, "aria-label": item.spoken },
    item.icon ? icon(item.icon) : null,
    el("span", {}, item.label, item.detail ? el("small", {}, item.detail) : null),
  );
}

function walk(event, menu) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...menu.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  buttons[(at + step + buttons.length) % buttons.length].focus();
}

function placeMenu(menu, event) {
  const { width, height } = menu.getBoundingClientRect();
  const { x, above, below } = spot(event);
  const fits = below + height < innerHeight - 8;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, fits ? below : above - height)}px`;
}

/** At the pointer; at the button when a button, or the keyboard, opened the menu. */
function spot({ currentTarget, clientX, clientY }) {
  if (currentTarget.tagName !== "BUTTON" && clientX) return { x: clientX, above: clientY, below: clientY };
  const { left, top, bottom } = currentTarget.getBoundingClientRect();
  return { x: left, above: top - 6, below: bottom + 4 };
}

/** Say something to a screen reader, without showing it. */
export function announce(text) {
  const place = document.getElementById("announcer");
  place.append(el("p", {}, text));
  while (place.children.length > 5) place.firstChild.remove();
}

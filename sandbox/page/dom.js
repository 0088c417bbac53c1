/** Builds elements and icons; text goes in as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  add: ["M12 5v14M5 12h14"],
  attach: ["M20 11.5l-8.2 8.2a5.3 5.3 0 01-7.5-7.5l8.7-8.7a3.6 3.6 0 015 5l-8.6 8.6a1.8 1.8 0 01-2.5-2.5l7.6-7.6"],
  back: ["M19 12H5M11 18l-6-6 6-6"],
  check: ["M1.5 12.5l5 5L17 7M11 16l1.5 1.5L23 7"],
  close: ["M6 6l12 12M18 6L6 18"],
  copy: ["M9 9h10v11H9zM5 15V4h10"],
  down: ["M6 9l6 6 6-6"],
  edit: ["M4 20l1-4.5L16.5 4 20 7.5 8.5 19z"],
  file: ["M6 3h8l5 5v13H6zM14 3v5h5"],
  lock: ["M6 11h12v9H6zM9 11V8a3 3 0 016 0v3"],
  more: ["M12 5.5v.01M12 12v.01M12 18.5v.01"],
  out: ["M8 16L17 7M10 7h7v7"],
  photo: ["M4 5h16v14H4zM4 16l5-5 4 4 2-2 5 5M15.5 9.5v.01"],
  pin: ["M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v6"],
  place: ["M12 21s-7-6.2-7-11.2a7 7 0 0114 0C19 14.8 12 21 12 21zM12 12.3a2.5 2.5 0 100-5 2.5 2.5 0 000 5"],
  poll: ["M6 20v-8M12 20V4M18 20v-5"],
  reply: ["M10 7L4 12l6 5v-3.5c5 0 8 1 10 4.5 0-6-3.5-8.5-10-8.5z"],
  send: ["M4 12l-1-8 19 8-19 8zM4 12h9"],
  smile: ["M12 21a9 9 0 100-18 9 9 0 000 18zM8.5 14c1.8 2.4 5.2 2.4 7 0M9 9.5v.01M15 9.5v.01"],
  trash: ["M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13"],
  unlock: ["M6 11h12v9H6zM9 11V7a3 3 0 015.8-1"],
  voice: ["M12 15a3 3 0 003-3V6a3 3 0 00-6 0v6a3 3 0 003 3zM6 12a6 6 0 0012 0M12 18v3"],
};

/** An element with its attributes, listeners (`onclick`), `data` and children. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) give(node, name, value);
  node.append(...children.flat().filter((child) => child || child === 0 || child === ""));
  return node;
}

function give(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "class") node.className = value;
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "style") styled(node, value);
  else if (typeof value === "function") node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : value);
}

function styled(node, rules) {
  for (const [name, value] of Object.entries(rules)) node.style.setProperty(name, value);
}

/** A line drawing of 24 by 24; it is decoration, so screen readers skip it. */
export function icon(name) {
  const svg = shape("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" });
  for (const d of ICONS[name]) svg.append(shape("path", { d }));
  return svg;
}

export function shape(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** A button with an icon; its label is read aloud and shown as a tooltip. */
export function iconButton(name, label, onclick, props = {}) {
  const classes = ["icon-button", props.class].filter(Boolean).join(" ");
  return el(
    "button",
    { type: "button", ...props, class: classes, title: label, "aria-label": label, onclick },
    icon(name),
  );
}

/** Bring a container's children to `rows` ({key, sign, make}), touching only what changed. */
export function reconcile(container, rows, drawn) {
  const wanted = new Set(rows.map((row) => row.key));
  for (const [key, old] of drawn) {
    if (wanted.has(key)) continue;
    old.node.remove();
    drawn.delete(key);
  }
  let cursor = container.firstChild;
  for (const row of rows) {
    const node = current(row, drawn, () => cursor, (next) => (cursor = next));
    if (node === cursor) cursor = cursor.nextSibling;
    else container.insertBefore(node, cursor);
  }
}

function current(row, drawn, cursor, moveTo) {
  const old = drawn.get(row.key);
  if (old && same(old.sign, row.sign)) return old.node;
  const node = row.make();
  if (old) {
    const here = old.node === cursor();
    replaceKeepingFocus(old.node, node);
    if (here) moveTo(node);
  }
  drawn.set(row.key, { sign: row.sign, node });
  return node;
}

function same(one, other) {
  return one.length === other.length && one.every((part, at) => part === other[at]);
}

/** A redrawn card must not throw whoever uses the keyboard back to the top of the page. */
function replaceKeepingFocus(old, node) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const at = focused ? [...old.querySelectorAll("button, a")].indexOf(focused) : -1;
  old.replaceWith(node);
  if (!focused) return;
  const choices = [...node.querySelectorAll("button, a")];
  const heir = choices.find((choice) => choice.textContent === focused.textContent);
  (heir ?? choices[Math.min(at, choices.length - 1)] ?? node).focus({ preventScroll: true });
}

/** Run `work` once, soon, however often it is asked for until then. */
export function soon(work) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      work();
    });
  };
}

/** The row of people above a pane: who one is at the moment. */

import { el, icon, reconcile } from "./dom.js";
import { avatar } from "./people.js";

export class Switch {
  #drawn = new Map();
  #shown = ""; // who is chosen, and how long the row is

  /** `add` is there where a new person can come. */
  constructor(title, label, choose, add = null) {
    this.choose = choose;
    this.people = el("div", { class: "people", role: "group", "aria-label": label });
    this.add = add && el("button", { type: "button", class: "person add", onclick: add }, icon("add"), el("span", {}, "Add customer"));
    this.node = el("div", { class: "switch" }, el("h2", {}, title), this.people, this.add);
  }

  /** `unread(person)` counts what waits for somebody who is not shown. */
  draw(people, chosen, unread) {
    const rows = people.map((person) => {
      const isChosen = person.id === chosen?.id;
      const waiting = isChosen ? 0 : unread(person);
      return { key: person.id, sign: [person.name, person.language, isChosen, waiting], make: () => this.#person(person, isChosen, waiting) };
    });
    reconcile(this.people, rows, this.#drawn);
    const shown = `${chosen?.id} ${this.people.scrollWidth}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const button = this.people.querySelector("[aria-pressed=true]");
    if (button?.checkVisibility()) button.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #person(person, isChosen, waiting) {
    return el(
      "button",
      { type: "button", class: "person", "aria-pressed": String(isChosen), data: { userId: person.id }, onclick: () => this.choose(person.id) },
      avatar(person, "tiny"),
      el("span", { lang: person.language }, person.name),
      person.language && person.language !== "en" ? el("small", { title: "Telegram's language" }, person.language) : null,
      waiting ? el("span", { class: "badge" }, waiting) : null,
    );
  }
}

/** On a narrow window only one side is shown at a time: the tabs between them. */

import { el, soon } from "./dom.js";

export class Views {
  constructor(node, world, panes) {
    this.panes = panes;
    this.buttons = {
      customer: this.#button("customer", "Customer"),
      staff: this.#button("staff", "Staff"),
    };
    node.append(...Object.values(this.buttons));
    world.watch(soon(() => this.#draw()));
    this.choose("customer");
  }

  #button(view, label) {
    const badge = el("span", { class: "badge" });
    return el("button", { type: "button", onclick: () => this.choose(view) }, label, badge);
  }

  choose(view) {
    document.body.dataset.view = view;
    for (const [name, button] of Object.entries(this.buttons))
      button.setAttribute("aria-pressed", String(name === view));
  }

  #draw() {
    for (const [name, pane] of Object.entries(this.panes))
      this.buttons[name].querySelector(".badge").textContent = pane.unread() || "";
  }
}

// A list to choose from that belongs to a text field: the field keeps the focus, the arrow keys
// move through the list, Enter and Tab take what is marked.
import { h, icon } from "./dom.js";
import { float } from "./popup.js";

let count = 0;

// Listbox shows items {key, label, detail, picture, colour, section, selected, value}. onPick is
// called with the item that is taken. With host the list is in that element, else it floats.
export class Listbox {
  #items = [];
  #marked = -1;
  #handle = null;
  #empty = "";

  constructor({ input, label, onPick, host, anchor, side = "above", multiple = false }) {
    Object.assign(this, { input, onPick, host, anchor: anchor ?? input, side, multiple });
    this.id = `list-${++count}`;
    this.list = h("ul.listbox", { id: this.id, role: "listbox", "aria-label": label, "aria-multiselectable": multiple });
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.combobox = input.tagName === "INPUT"; // a text area is not one by the standard
    if (this.combobox) input.setAttribute("role", "combobox");
    else input.setAttribute("aria-haspopup", "listbox");
    input.setAttribute("aria-autocomplete", "list");
    this.#expanded(false);
    input.setAttribute("autocomplete", "off");
  }

  get open() {
    return this.#items.length > 0 || (this.#empty !== "" && this.list.isConnected);
  }

  get marked() {
    return this.#items[this.#marked];
  }

  // show lists the items; empty is what is shown when there are none. The first item is marked
  // unless mark is false.
  show(items, { empty = "", mark = true } = {}) {
    const key = this.marked?.key;
    this.#items = items;
    this.#empty = empty;
    if (!items.length && !empty) return this.hide();
    let section;
    this.list.replaceChildren(
      ...items.flatMap((item, index) => {
        const head = item.section && item.section !== section ? [h("li.listbox-section", { role: "presentation" }, item.section)] : [];
        section = item.section ?? section;
        return [...head, this.#option(item, index)];
      }),
      ...(items.length ? [] : [h("li.listbox-empty", { role: "option", "aria-disabled": "true" }, empty)]),
    );
    if (!this.list.isConnected) this.#attach();
    this.#handle?.place();
    this.#expanded(true);
    const same = items.findIndex((item) => item.key === key);
    this.#mark(same >= 0 ? same : mark && items.length ? 0 : -1);
  }

  hide() {
    this.#items = [];
    this.#empty = "";
    this.#marked = -1;
    this.#handle?.close(false);
    this.#handle = null;
    this.list.remove();
    this.#expanded(false);
    this.input.removeAttribute("aria-activedescendant");
  }

  // key handles a key of the field; it returns true when it was meant for the list.
  key(event) {
    if (!this.#items.length) return false;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        const step = event.key === "ArrowDown" ? 1 : -1;
        const from = this.#marked < 0 && step < 0 ? 0 : this.#marked;
        this.#mark((from + step + this.#items.length) % this.#items.length);
        break;
      }
      case "Enter":
        if (this.#marked < 0) return false;
        this.onPick(this.marked);
        break;
      case "Escape":
        if (this.host) return false;
        this.hide();
        break;
      default:
        return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #expanded(open) {
    if (this.combobox) this.input.setAttribute("aria-expanded", String(open));
    if (open) this.input.setAttribute("aria-controls", this.id);
    else this.input.removeAttribute("aria-controls");
  }

  #attach() {
    if (this.host) return this.host.append(this.list);
    this.#handle = float(this.list, this.anchor, { side: this.side, match: true, onClose: () => this.open && this.hide() });
  }

  #option(item, index) {
    const element = h(
      "li.option",
      {
        id: `${this.id}-${index}`, role: "option", "aria-selected": String(item.selected ?? false), data: { key: item.key },
        onclick: () => this.onPick(item), onmousemove: () => this.#marked !== index && this.#mark(index, false),
      },
      item.picture,
      h("span.option-text", null,
        h("span.option-label", { style: item.colour ? { color: item.colour } : {} }, item.label),
        item.detail && h("span.option-detail", null, item.detail)),
      item.aside && h("span.option-aside", null, item.aside),
      item.selected && icon("check"),
    );
    return element;
  }

  #mark(index, scroll = true) {
    this.list.querySelector(".marked")?.classList.remove("marked");
    this.#marked = index;
    const element = index >= 0 && document.getElementById(`${this.id}-${index}`);
    if (!element) return this.input.removeAttribute("aria-activedescendant");
    element.classList.add("marked");
    this.input.setAttribute("aria-activedescendant", element.id);
    if (scroll) element.scrollIntoView({ block: "nearest" });
  }
}

// One option of a command, as a pill with a field in it.
import { h, icon } from "./dom.js";
import { channelItems, roleItems, userItem, userItems } from "./entities.js";
import { Listbox } from "./listbox.js";
import { readFile } from "./upload.js";

const Type = { String: 3, Integer: 4, Boolean: 5, User: 6, Channel: 7, Role: 8, Mentionable: 9, Number: 10, Attachment: 11 };
const pause = 200; // milliseconds after a key before the application is asked to complete

const hints = {
  [Type.User]: "a member", [Type.Channel]: "a channel", [Type.Role]: "a role", [Type.Mentionable]: "a member or role",
  [Type.Integer]: "a whole number", [Type.Number]: "a number", [Type.Boolean]: "true or false", [Type.Attachment]: "a file",
};

// Option is the field of one option. on = {next, leave, submit, complete(name, typed)}: complete asks
// the application for choices.
export class Option {
  chosen = null; // the item that was taken from the list
  file = null;
  #asked = 0;
  #timer;

  constructor(model, spec, on) {
    Object.assign(this, { model, spec, on });
    const id = `option-${spec.name}`;
    this.input = h("input.option-input", {
      id, type: "text", spellcheck: "false", "aria-required": spec.required ? "true" : null, "aria-describedby": `${id}-about`,
      inputmode: spec.type === Type.Integer ? "numeric" : spec.type === Type.Number ? "decimal" : null,
      placeholder: hints[spec.type] ?? "", maxlength: spec.max_length,
    });
    this.node = h("div.pill", { data: { option: spec.name } },
      h("label.pill-name", { for: id }, spec.name, spec.required && h("span.required", { title: "Required", "aria-hidden": "true" }, "*")),
      spec.type === Type.Attachment ? this.#fileField() : this.input);
    this.picture = h("span.pill-picture");
    this.input.before(this.picture);
    if (this.#chooses) this.list = new Listbox({ input: this.input, label: spec.name, onPick: (item) => this.#take(item) });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("focus", () => this.#focused());
    this.input.addEventListener("blur", () => this.list?.hide());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.#size();
  }

  get #chooses() {
    const { type, choices, autocomplete } = this.spec;
    return choices?.length || autocomplete || [Type.Boolean, Type.User, Type.Channel, Type.Role, Type.Mentionable].includes(type);
  }

  get about() {
    return this.spec.description;
  }

  get empty() {
    return this.input.value.trim() === "" && !this.file;
  }

  focus() {
    (this.spec.type === Type.Attachment ? this.node.querySelector("button") : this.input).focus();
  }

  // read returns the option's value, or throws an Error that says what is wrong with it.
  read() {
    const { spec } = this;
    const text = this.input.value.trim();
    if (this.empty) {
      if (spec.required) throw new Error("This option is required. Specify a value");
      return undefined;
    }
    if (spec.type === Type.Attachment) return this.file;
    if (this.chosen) return this.chosen.value;
    if (spec.choices?.length) throw new Error("Choose one of the values that are offered");
    switch (spec.type) {
      case Type.String:
        return bounded(text, spec);
      case Type.Integer:
      case Type.Number:
        return number(text, spec);
      case Type.Boolean:
        if (!/^(true|false)$/i.test(text)) throw new Error("Must be either true or false");
        return text.toLowerCase() === "true";
    }
    if (/^\d{15,20}$/.test(text)) return text;
    throw new Error(`Nobody and nothing here is called “${text}”. Choose from the list`);
  }

  // wrong marks the pill; an empty text takes the mark away.
  wrong(text) {
    this.node.classList.toggle("wrong", Boolean(text));
    if (text) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  #fileField() {
    const chooser = h("input", { type: "file", hidden: true });
    const button = h("button.link", { type: "button", onclick: () => chooser.click() }, "Choose a file");
    chooser.addEventListener("change", async () => {
      if (!chooser.files[0]) return;
      this.file = await readFile(chooser.files[0]);
      button.textContent = this.file.filename;
      this.wrong("");
    });
    return [this.input, chooser, button, (this.input.hidden = true) && ""];
  }

  #focused() {
    this.on.focused(this);
    if (!this.#chooses) return;
    if (this.chosen) this.input.select();
    this.#offer();
  }

  #typed() {
    this.chosen = null;
    this.picture.replaceChildren();
    this.wrong("");
    this.#size();
    if (this.#chooses) this.#offer();
  }

  #size() {
    this.input.style.setProperty("width", `${Math.min(40, Math.max((this.input.value || this.input.placeholder).length, 4) + 1)}ch`);
  }

  #offer() {
    const { model, spec } = this;
    const typed = this.chosen ? "" : this.input.value.trim();
    if (spec.autocomplete) return this.#complete(typed);
    if (spec.type === Type.User || spec.type === Type.Mentionable) this.#others(typed);
    this.list.show(this.#items(model, spec, typed), { empty: "Nothing here is called that." });
  }

  #items(model, spec, typed) {
    if (spec.choices?.length) return choiceItems(spec.choices).filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()));
    switch (spec.type) {
      case Type.Boolean:
        return choiceItems([{ name: "True", value: true }, { name: "False", value: false }]).filter(({ label }) => label.toLowerCase().startsWith(typed.toLowerCase()));
      case Type.User:
        return userItems(model, typed);
      case Type.Role:
        return roleItems(model, typed, { everyone: true });
      case Type.Mentionable:
        return [...userItems(model, typed), ...roleItems(model, typed)];
    }
    return channelItems(model, typed, spec.channel_types ?? []);
  }

  // others looks for people beyond the members that the page knows, and outside of the guild.
  async #others(typed) {
    const asked = ++this.#asked;
    if (!typed || this.#items(this.model, this.spec, typed).length) return;
    const found = await this.model.people.find(typed).catch(() => []);
    if (asked === this.#asked && found.length && document.activeElement === this.input) {
      this.list.show(found.slice(0, 25).map((user) => ({ ...userItem(this.model, user), section: "Everyone" })));
    }
  }

  #complete(typed) {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    if (!this.list.open) this.list.show([], { empty: "Loading options…" });
    this.#timer = setTimeout(async () => {
      const choices = await this.on.complete(this.spec.name, typed);
      if (asked !== this.#asked || document.activeElement !== this.input) return;
      if (choices) this.list.show(choiceItems(choices), { empty: "No options match your search." });
      else this.list.show([], { empty: "Loading options failed. The application did not respond" });
    }, pause);
  }

  #take(item) {
    clearTimeout(this.#timer);
    this.#asked++;
    this.chosen = item;
    this.model.meet(item.user);
    this.input.value = item.label;
    this.picture.replaceChildren(...(item.picture ? [item.picture.cloneNode(true)] : []));
    this.wrong("");
    this.#size();
    this.list.hide();
    this.on.next(this);
  }

  #key(event) {
    if (event.isComposing) return;
    const marked = this.list?.marked;
    if (event.key === "Tab" && !event.shiftKey && marked && !this.chosen && !this.empty) {
      event.preventDefault();
      return this.#take(marked);
    }
    if (event.key === "Enter" && this.chosen) this.list.hide();
    if (this.list?.key(event)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.on.submit();
    } else if (event.key === "Escape" || (event.key === "Backspace" && this.empty)) {
      event.preventDefault();
      this.on.leave(this, event.key);
    }
  }
}

const choiceItems = (choices) => choices.map(({ name, value }) => ({ key: String(value), label: name, value }));

function bounded(text, { min_length: least = 1, max_length: most = 6000 }) {
  const { length } = [...text];
  if (length < least || length > most) throw new Error(`Must be between ${least} and ${most} in length`);
  return text;
}

function number(text, { type, min_value: least, max_value: most }) {
  const value = Number(text);
  if (Number.isNaN(value) || (type === Type.Integer && !Number.isSafeInteger(value))) {
    throw new Error(type === Type.Integer ? "Input a valid integer" : "Input a valid number");
  }
  if (least != null && value < least) throw new Error(`Enter a number that is at least ${least}`);
  if (most != null && value > most) throw new Error(`Enter a number that is at most ${most}`);
  return value;
}

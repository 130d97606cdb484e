// Select components, in messages and in modals.
import { h, icon } from "./dom.js";
import { channelItems, roleItems, userItems } from "./entities.js";
import { Listbox } from "./listbox.js";
import { float } from "./popup.js";

const String_ = 3, User = 5, Role = 6, Mentionable = 7, Channel = 8;

// bounds returns how many values a select takes.
export function bounds({ min_values: least = 1, max_values: most = 1, required }) {
  return [required === false ? 0 : least, most];
}

// select draws one. choose is called with the values when a person has chosen: at once where one is
// taken, when the list is closed where there may be several.
export function select(model, one, { busy = false, choose }) {
  const [least, most] = bounds(one);
  const placeholder = one.placeholder || "Make a selection";
  let chosen = initial(model, one);
  const face = h("span.select-values");
  const button = h("button.select", {
    type: "button", disabled: one.disabled || busy, "aria-haspopup": "listbox", "aria-expanded": "false",
    "aria-busy": busy && "true", data: { key: one.custom_id ?? "" }, onclick: () => open(),
  }, face, icon("chevron-down"));
  const draw = () => {
    face.replaceChildren(...(chosen.length ? chosen.map(({ label, picture }) => h("span.select-value", null, picture?.cloneNode(true), label)) : [h("span.placeholder", null, placeholder)]));
    button.setAttribute("aria-label", `${placeholder}: ${chosen.length ? chosen.map(({ label }) => label).join(", ") : "nothing chosen"}`);
  };
  draw();

  function open() {
    let changed = false;
    const search = h("input.input", { type: "text", placeholder: "Search", "aria-label": `Search in ${placeholder}` });
    const count = h("p.select-count", { "aria-live": "polite" });
    const panel = h("div.select-panel", null, search, count);
    const list = new Listbox({ input: search, label: placeholder, host: panel, multiple: most > 1, onPick: pick });
    const show = () => {
      const items = itemsOf(model, one, search.value);
      list.show(items.map((item) => ({ ...item, selected: chosen.some(({ value }) => value === item.value) })), { empty: "Nothing is called that." });
      count.textContent = most > 1 ? `${chosen.length} of at most ${most} chosen` : "";
    };
    const handle = float(panel, button, {
      match: true,
      onClose() {
        button.setAttribute("aria-expanded", "false");
        if (changed && most > 1 && chosen.length >= least) choose(chosen.map(({ value }) => value));
      },
    });
    function pick(item) {
      const had = chosen.some(({ value }) => value === item.value);
      if (most === 1) chosen = had && least === 0 ? [] : [item];
      else if (had) chosen = chosen.filter(({ value }) => value !== item.value);
      else if (chosen.length < most) chosen = [...chosen, item];
      else return;
      changed = true;
      model.meet(item.user);
      draw();
      if (most > 1) return show();
      handle.close();
      choose(chosen.map(({ value }) => value));
    }
    search.addEventListener("input", show);
    search.addEventListener("keydown", (event) => list.key(event) || (event.key === "Tab" && handle.close()));
    button.setAttribute("aria-expanded", "true");
    show();
    handle.place();
    search.focus({ preventScroll: true });
  }
  return button;
}

function itemsOf(model, one, query) {
  switch (one.type) {
    case User:
      return userItems(model, query);
    case Role:
      return roleItems(model, query, { everyone: true });
    case Mentionable:
      return [...userItems(model, query), ...roleItems(model, query)];
    case Channel:
      return channelItems(model, query, one.channel_types);
  }
  const q = query.toLowerCase();
  return options(one).filter(({ label, detail }) => `${label} ${detail ?? ""}`.toLowerCase().includes(q));
}

function options(one) {
  return (one.options ?? []).map(({ label, value, description, emoji }) => ({
    key: value, value, label, detail: description, picture: emoji ? h("span.emoji", null, emoji.name) : null,
  }));
}

// initial is what is chosen before anyone has: the options marked so, or the default values.
export function initial(model, one) {
  if (one.type === String_) return options(one).filter((item) => one.options.find(({ value }) => value === item.value).default);
  const wanted = new Set((one.default_values ?? []).map(({ id }) => id));
  return wanted.size ? itemsOf(model, one, "").filter(({ value }) => wanted.has(value)) : [];
}

// Menus: of a context (right press, the menu key) and of buttons.
import { h, icon } from "./dom.js";
import { float } from "./popup.js";

// menu opens a list of items {label, icon, act, danger, checked, items, note} at an anchor. null is
// a line between groups. An item with items leads to a further menu; one with checked stays open.
export function menu(anchor, label, items, options = {}) {
  const panel = h("div.menu", { role: "menu", "aria-label": label });
  const handle = float(panel, anchor, { side: "beside", ...options });
  const fill = (list, back) => {
    panel.replaceChildren(
      ...(back ? [entry({ label: back.label, icon: "chevron-left", act: back.act, stay: true }, handle, fill)] : []),
      ...list.filter((item) => item !== false).map((item) => (item ? entry(item, handle, fill, list, back) : h("hr", { role: "separator" }))),
    );
    handle.place();
    panel.querySelector("[role^=menuitem]:not([aria-disabled])")?.focus({ preventScroll: true });
  };
  panel.addEventListener("keydown", (event) => walk(panel, event));
  fill(items);
  return handle;
}

function entry(item, handle, fill, list, back) {
  const checks = item.checked !== undefined;
  const disabled = !item.act && !item.items;
  const button = h(
    "button.menu-item",
    {
      type: "button", tabindex: -1, role: checks ? "menuitemcheckbox" : "menuitem", "aria-checked": checks && String(item.checked),
      "aria-haspopup": item.items && "menu", "aria-disabled": disabled && "true", class: item.danger ? "danger" : "",
      onclick: async () => {
        if (item.items) return fill(item.items(), { label: item.label, act: () => fill(list, back) });
        if (disabled) return;
        if (item.stay) return item.act();
        if (!checks) {
          handle.close();
          return item.act();
        }
        if (await item.act(!item.checked)) {
          item.checked = !item.checked;
          button.setAttribute("aria-checked", String(item.checked));
        }
      },
    },
    item.dot && h("span.dot", { style: { "background-color": item.dot } }),
    h("span.menu-label", null, item.label, item.note && h("small", null, item.note)),
    checks ? h("span.box", null, icon("check")) : item.items ? icon("chevron-right") : item.icon && icon(item.icon),
  );
  return button;
}

function walk(panel, event) {
  const all = [...panel.querySelectorAll("[role^=menuitem]:not([aria-disabled])")];
  const at = all.indexOf(document.activeElement);
  const to = {
    ArrowDown: () => all[(at + 1) % all.length],
    ArrowUp: () => all[(at - 1 + all.length) % all.length],
    Home: () => all[0],
    End: () => all.at(-1),
    ArrowRight: () => void (all[at]?.getAttribute("aria-haspopup") && all[at].click()),
    ArrowLeft: () => void (all[0]?.querySelector(".icon-chevron-left") && all[0].click()),
    Tab: () => all[(at + (event.shiftKey ? -1 : 1) + all.length) % all.length],
  }[event.key];
  if (to) {
    event.preventDefault();
    to()?.focus();
  } else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    const rest = [...all.slice(at + 1), ...all.slice(0, at + 1)];
    rest.find((one) => one.textContent.toLowerCase().startsWith(letter))?.focus();
  }
}

// onContext opens a menu where someone presses the right button, the menu key or Shift+F10 on an
// element that matches. open gets the element and the anchor for the menu.
export function onContext(root, matching, open) {
  root.addEventListener("contextmenu", (event) => {
    const element = event.target.closest(matching);
    if (!element || event.target.closest("a[href^=http], input, textarea") || !getSelection().isCollapsed) return;
    event.preventDefault();
    open(element, event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : element);
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "F10" || !event.shiftKey) return;
    const element = event.target.closest(matching);
    if (!element) return;
    event.preventDefault();
    open(element, element);
  });
}

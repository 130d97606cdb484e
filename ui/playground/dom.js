// Building pages out of elements. Text stays text: nothing in here parses HTML.

const svgSpace = "http://www.w3.org/2000/svg";

// h makes an element: h("button.danger", { type: "button", onclick: act }, "Ban"). Functions become
// listeners, `style` and `data` take objects, null and false leave an attribute out.
export function h(kind, props, ...children) {
  const [tag, ...classes] = kind.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(props ?? {})) set(element, name, value);
  element.append(...flat(children));
  return element;
}

function set(element, name, value) {
  if (value == null || value === false) return;
  if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else if (name === "style") for (const [k, v] of Object.entries(value)) element.style.setProperty(k, v);
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name === "class") element.classList.add(...value.split(" ").filter(Boolean));
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : value);
}

const flat = (children) => children.flat(Infinity).filter((child) => child != null && child !== false && child !== "");

// icon draws one of the page's icons, which are listed in icons.json; with a label it is a picture,
// without one decoration.
export function icon(name, label) {
  console.assert(document.getElementById(`i-${name}`), `there is no icon ${name}`);
  const svg = document.createElementNS(svgSpace, "svg");
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const use = document.createElementNS(svgSpace, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

// iconButton is a button that shows an icon and says what it does.
export function iconButton(name, label, onclick, props = {}) {
  return h("button.icon-button", { type: "button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}

// refill replaces what is in an element; focus stays on the part with the same data-key. What would
// look the same stays, so that nothing is exchanged under a finger that presses it; what listeners
// in there need to know they therefore look up when they are called.
export function refill(root, ...children) {
  const fresh = document.createElement("div");
  fresh.append(...flat(children));
  if (fresh.innerHTML === root.innerHTML) return;
  const key = root.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  root.replaceChildren(...fresh.childNodes);
  if (key !== undefined) byKey(root, key)?.focus({ preventScroll: true });
}

export function byKey(root, key) {
  return root.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

// reconcile makes nodes the children of root and moves no node that is in its place already.
export function reconcile(root, nodes) {
  let at = root.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else root.insertBefore(node, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

// rove lets the arrow keys walk over the elements of a list that match, of which one is in the
// tab order.
export function rove(root, matching) {
  root.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    const from = document.activeElement;
    if (!step || !from.matches(matching) || !root.contains(from)) return;
    const all = [...root.querySelectorAll(matching)];
    const to = all[Math.min(all.length - 1, Math.max(0, step === Infinity ? all.length - 1 : step === -Infinity ? 0 : all.indexOf(from) + step))];
    if (!to) return;
    event.preventDefault();
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  });
}

// Windows that ask for something: one form each.
import { h, iconButton } from "./dom.js";

let count = 0;

// dialog shows a window with a form. fields are nodes inside it; send is called with the form when
// it is sent, and the window closes when it resolves. An Error that it throws is shown. onClose is
// called once, with true when it was sent.
export function dialog({ title, text, fields = [], confirm, danger = false, send, onClose }) {
  const name = `dialog-${++count}`;
  const wrong = h("p.dialog-error", { role: "alert", hidden: true });
  const ok = confirm && h("button.button", { type: "submit", class: danger ? "danger" : "primary" }, confirm);
  let sent = false;
  const form = h("form", { method: "dialog", novalidate: true },
    h("header.dialog-head", null,
      h("h2", { id: name }, title),
      iconButton("x", "Close", () => box.close())),
    h("div.dialog-body", null, text && h("p.dialog-text", null, text), fields, wrong),
    confirm && h("footer.dialog-foot", null, h("button.button.plain", { type: "button", onclick: () => box.close() }, "Cancel"), ok));
  const box = h("dialog.dialog", { "aria-labelledby": name }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (ok.disabled) return;
    ok.disabled = true;
    wrong.hidden = true;
    try {
      await send(form);
      sent = true;
      box.close();
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
      ok.disabled = error.final ?? false;
    }
  });
  box.addEventListener("close", () => {
    box.remove();
    onClose?.(sent);
  });
  box.addEventListener("pointerdown", (event) => event.target === box && !confirm && box.close());
  document.body.append(box);
  box.showModal();
  form.querySelector("input, textarea, [data-first]")?.focus();
  return box;
}

// field is a labelled input of a window: kind is text, area, or a list of [value, label].
export function field({ name, label, kind = "text", value = "", hint, ...rest }) {
  const id = `field-${++count}`;
  const described = hint && { "aria-describedby": `${id}-hint` };
  const props = { id, name, value, ...described, ...rest };
  const input = Array.isArray(kind)
    ? h("select.input", { id, name, ...described }, kind.map(([v, text]) => h("option", { value: v, selected: v === value }, text)))
    : kind === "area" ? h("textarea.input", { rows: 4, ...props }) : h("input.input", { type: kind, autocomplete: "off", ...props });
  return h("div.field", null,
    h("label", { for: id }, label, rest.required && h("span.required", { "aria-hidden": "true" }, " *")),
    hint && h("p.hint", { id: `${id}-hint` }, hint),
    input);
}

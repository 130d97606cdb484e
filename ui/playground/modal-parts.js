// What is filled in a modal besides texts and selects: files, choices, yes or no.
import { h } from "./dom.js";
import { readFile } from "./upload.js";

let count = 0;

// labelled puts a label before an input.
export function labelled(one, label, description, input, required) {
  const id = `modal-${++count}`;
  input.id = id;
  if (description) input.setAttribute("aria-describedby", `${id}-about`);
  return h("div.field", null,
    h("label", { for: id }, label, required && h("span.required", { title: "Required", "aria-hidden": "true" }, " *")),
    description && h("p.hint", { id: `${id}-about` }, description),
    input);
}

// uploadInput asks for files.
export function uploadInput(one, label, description, files, checks) {
  const required = one.required !== false;
  const least = required ? one.min_values ?? 1 : one.min_values ?? 0;
  const most = one.max_values ?? 1;
  const accept = (one.file_types ?? []).map((kind) => (kind.startsWith(".") ? kind : `${kind}/*`)).join(",");
  const input = h("input.input", { type: "file", multiple: most > 1, accept: accept || null });
  files[one.custom_id] = [];
  input.addEventListener("change", async () => (files[one.custom_id] = await Promise.all([...input.files].map(readFile))));
  checks.push(() => {
    const { length } = files[one.custom_id];
    if (length >= least && length <= most) return;
    input.focus();
    throw new Error(`${label}: ${length < least ? `choose at least ${least}` : `choose at most ${most}`}.`);
  });
  return labelled(one, label, description, input, least > 0);
}

const radioType = 21;

// choices asks for one of several options, or for some of them.
export function choices(one, label, description, values, checks) {
  const single = one.type === radioType;
  const required = one.required !== false;
  const least = required ? one.min_values ?? 1 : 0;
  const most = single ? 1 : one.max_values ?? one.options.length;
  const inputs = one.options.map((option) => h("input", { type: single ? "radio" : "checkbox", name: one.custom_id, value: option.value, checked: option.default }));
  const take = () => (values[one.custom_id] = inputs.filter(({ checked }) => checked).map(({ value }) => value));
  take();
  checks.push(() => {
    const { length } = take();
    if (length >= least && length <= most) return;
    inputs[0].focus();
    throw new Error(`${label}: choose ${length < least ? `at least ${least}` : `at most ${most}`}.`);
  });
  return h("fieldset.field.choices", { onchange: take },
    h("legend", null, label, least > 0 && h("span.required", { title: "Required", "aria-hidden": "true" }, " *")),
    description && h("p.hint", null, description),
    one.options.map((option, i) => h("label.check", null, inputs[i], h("span", null, option.label, option.description && h("small.hint", null, ` ${option.description}`)))));
}

// checkbox asks for yes or no.
export function checkbox(one, label, description, values) {
  const input = h("input", { type: "checkbox", checked: one.default });
  const take = () => (values[one.custom_id] = [String(input.checked)]);
  take();
  return h("div.field", { onchange: take }, h("label.check", null, input, h("span", null, label)), description && h("p.hint", null, description));
}

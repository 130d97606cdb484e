// Modals that the application opens.
import { dialog } from "./dialog.js";
import { h } from "./dom.js";
import { markdown } from "./markdown.js";
import { checkbox, choices, labelled, uploadInput } from "./modal-parts.js";
import { bounds, initial, select } from "./select.js";
import { mentionsIn } from "./people-parts.js";

const Kind = { Row: 1, Text: 4, Display: 10, Label: 18, Upload: 19, Radio: 21, Checks: 22, Check: 23 };
const selects = [3, 5, 6, 7, 8];
const paragraph = 2;

// openModal shows a modal. It stays open until the application has answered.
export function openModal(model, modal) {
  const values = {}; // custom id → list
  const files = {}; // custom id → list of files
  const checks = []; // each throws an Error that says what is missing
  const mentions = mentionsIn(model, null, () => {});
  const part = (one, label, description) => {
    switch (one.type) {
      case Kind.Row:
        return one.components.map((inner) => part(inner, inner.label));
      case Kind.Label:
        return part(one.component, one.label, one.description);
      case Kind.Display:
        return h("div.md.modal-text", null, markdown(one.content ?? "", mentions));
      case Kind.Text:
        return textInput(one, label, description, values, checks);
    }
    if (one.type === Kind.Upload) return uploadInput(one, label, description, files, checks);
    if (one.type === Kind.Radio || one.type === Kind.Checks) return choices(one, label, description, values, checks);
    if (one.type === Kind.Check) return checkbox(one, label, description, values);
    if (selects.includes(one.type)) return selectInput(model, one, label, description, values, checks);
    return h("p.unknown", null, `${label ?? "A component"}: of type ${one.type}, which the playground does not show.`);
  };
  dialog({
    title: modal.title,
    confirm: "Submit",
    fields: [
      h("p.modal-from", null, `This form is sent to ${model.nameOf(model.bot)}. Do not share passwords or other secrets.`),
      modal.components.map((one) => part(one)),
    ],
    async send() {
      for (const check of checks) check();
      const outcome = await model.interactions.start({ modal: modal.id }, (nonce) => model.person.submit(modal.id, { values, files, nonce }));
      if (!outcome.ok) throw Object.assign(new Error(`${outcome.text}. Open the form again to repeat it.`), { final: true });
    },
    onClose: (sent) => !sent && model.person.dismiss(modal.id).catch(() => {}), // one that has ended cannot be dismissed, and need not
  });
}

function textInput(one, label, description, values, checks) {
  const required = one.required !== false;
  const { min_length: least = 0, max_length: most = 4000 } = one;
  const props = { name: one.custom_id, placeholder: one.placeholder, maxlength: most, value: one.value ?? "", "aria-required": required && "true", data: { first: "" } };
  const input = one.style === paragraph ? h("textarea.input", { rows: 4, ...props }) : h("input.input", { type: "text", autocomplete: "off", ...props });
  values[one.custom_id] = [input.value];
  input.addEventListener("input", () => (values[one.custom_id] = [input.value]));
  checks.push(() => {
    const { length } = [...input.value];
    const wrong = length === 0 ? required && `${label}: this is required.` : length < least && `${label}: must be ${least} or more in length.`;
    input.setAttribute("aria-invalid", String(Boolean(wrong)));
    if (!wrong) return;
    input.focus();
    throw new Error(wrong);
  });
  return labelled(one, label, description, input, required);
}

function selectInput(model, one, label, description, values, checks) {
  const [least] = bounds(one);
  values[one.custom_id] = initial(model, one).map(({ value }) => value);
  const input = select(model, one, { choose: (chosen) => (values[one.custom_id] = chosen) });
  checks.push(() => {
    if (values[one.custom_id].length >= least) return;
    input.focus();
    throw new Error(`${label}: choose at least ${least}.`);
  });
  return labelled(one, label, description, input, least > 0);
}

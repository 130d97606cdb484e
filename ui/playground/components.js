// Components of messages: rows of buttons and selects, and the layout components around text.
import { hex } from "./colour.js";
import { h, icon } from "./dom.js";
import { markdown } from "./markdown.js";
import { localFile, picture, safe } from "./pictures.js";
import { select } from "./select.js";

const Kind = {
  Row: 1, Button: 2, StringSelect: 3, UserSelect: 5, RoleSelect: 6, MentionableSelect: 7, ChannelSelect: 8,
  Section: 9, Text: 10, Thumbnail: 11, Gallery: 12, File: 13, Separator: 14, Container: 17,
};
const styles = { 1: "primary", 2: "plain", 3: "success", 4: "danger", 5: "plain" };
const linkStyle = 5;

// components draws a list. on = {mentions, use(custom id, values), busy}: busy is the custom id of
// the component that waits for an answer, if any; meanwhile none can be used.
export function components(model, list, on) {
  return list.map((one) => component(model, one, on));
}

function component(model, one, on) {
  const nested = () => components(model, one.components ?? [], on);
  switch (one.type) {
    case Kind.Row:
      return h("div.row", null, nested());
    case Kind.Button:
      return button(one, on);
    case Kind.Section:
      return h("div.section", null, h("div.section-text", null, nested()), one.accessory && component(model, one.accessory, on));
    case Kind.Text:
      return h("div.md", null, markdown(one.content ?? "", on.mentions));
    case Kind.Thumbnail:
      return picture(model, one.media?.url, { alt: one.description ?? "", kind: "embed-thumbnail" });
    case Kind.Gallery:
      return h("div.gallery", null, (one.items ?? []).map(({ media, description }) => picture(model, media.url, { alt: description ?? "" })));
    case Kind.File:
      return h("a.file", { href: localFile(model, one.file?.url), download: true }, icon("file"), "File");
    case Kind.Separator:
      return h("hr.separator", { class: one.divider === false ? "blank" : "" });
    case Kind.Container:
      return h("div.container", { style: one.accent_color == null ? {} : { "--bar": hex(one.accent_color) } }, nested());
    case Kind.StringSelect: case Kind.UserSelect: case Kind.RoleSelect: case Kind.MentionableSelect: case Kind.ChannelSelect:
      return select(model, one, { busy: Boolean(on.busy), choose: (values) => on.use(one.custom_id, values) });
  }
  return h("p.unknown", null, `A component of type ${one.type}, which the playground does not show.`);
}

function button(one, on) {
  const label = [one.emoji && h("span.emoji", null, one.emoji.name), one.label && h("span", null, one.label)];
  if (one.style === linkStyle) {
    return h("a.button.plain", { href: safe(one.url) ? one.url : null, target: "_blank", rel: "noopener noreferrer" }, label, icon("external-link"));
  }
  const waits = on.busy && on.busy === one.custom_id;
  return h("button.button", {
    type: "button", class: `${styles[one.style] ?? "plain"}${waits ? " waits" : ""}`, disabled: one.disabled || Boolean(on.busy),
    "aria-busy": waits && "true", "aria-label": one.label ? null : one.emoji?.name, data: { key: one.custom_id ?? "" }, onclick: () => on.use(one.custom_id),
  }, waits ? h("span.dots", { role: "img", "aria-label": `${one.label ?? "Button"}: waiting` }, h("i"), h("i"), h("i")) : label);
}

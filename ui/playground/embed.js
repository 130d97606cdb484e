// Embeds: the framed part of a message.
import { when } from "./clock.js";
import { hex } from "./colour.js";
import { h } from "./dom.js";
import { inline } from "./inline.js";
import { markdown } from "./markdown.js";
import { picture, safe } from "./pictures.js";

// embed draws one; mentions shows the ids in its texts.
export function embed(model, data, mentions) {
  const colour = data.color == null ? {} : { "--bar": hex(data.color) };
  const title = data.title && inline(data.title, mentions);
  return h("article.embed", { style: colour, "aria-label": data.title ? null : "Embed" },
    h("div.embed-body", null,
      data.author && h("p.embed-author", null,
        data.author.icon_url && picture(model, data.author.icon_url, { kind: "embed-icon" }),
        safe(data.author.url) ? link(data.author.url, data.author.name) : data.author.name),
      title && h("h3.embed-title", null, safe(data.url) ? link(data.url, title) : title),
      data.description && h("div.md.embed-description", null, markdown(data.description, mentions)),
      data.fields?.length > 0 && h("dl.embed-fields", null, data.fields.map((field) => fieldOf(field, mentions)))),
    data.thumbnail && picture(model, data.thumbnail.url, { kind: "embed-thumbnail" }),
    data.image && picture(model, data.image.url, { kind: "embed-image" }),
    (data.footer || data.timestamp) && footer(model, data));
}

function fieldOf(field, mentions) {
  return h("div.embed-field", { class: field.inline ? "inline" : "" },
    h("dt", null, inline(field.name, mentions)),
    h("dd.md", null, markdown(field.value, mentions)));
}

function footer(model, { footer, timestamp }) {
  return h("p.embed-footer", null,
    footer?.icon_url && picture(model, footer.icon_url, { kind: "embed-icon" }),
    h("span", null, [footer?.text, timestamp && when(Date.parse(timestamp))].filter(Boolean).join(" • ")));
}

const link = (url, label) => h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);

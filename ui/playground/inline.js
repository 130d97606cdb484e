// Discord's markdown inside a line.
import { stamp } from "./clock.js";
import { h } from "./dom.js";

const deepest = 12; // spans in one another

// Each rule looks at the rest of the text and returns a node, or undefined where it does not apply.
const rules = [
  [/^\\([^\w\s])/, ([, text]) => text],
  [/^(`{1,2})([^]*?[^`])\1(?!`)/, ([, , text]) => h("code", null, text)],
  [/^\[((?:\\.|[^\]\\\n]){1,500})\]\(<?(https?:\/\/[^\s<>)]+)>?\)/, ([, label, url], again) => link(url, again(label))],
  [/^<(https?:\/\/[^\s<>]+)>/, ([, url]) => link(url, url)],
  [/^https?:\/\/[^\s<>]*[^\s<>.,:;"')\]*_~|]/, ([url]) => link(url, url)],
  [/^<@!?(\d{15,20})>/, ([, id], _, mentions) => mentions.user(id)],
  [/^<@&(\d{15,20})>/, ([, id], _, mentions) => mentions.role(id)],
  [/^<#(\d{15,20})>/, ([, id], _, mentions) => mentions.channel(id)],
  [/^<\/([^:>\n]{1,100}):\d{15,20}>/, ([, name]) => h("span.mention", null, `/${name}`)],
  [/^<a?:(\w{2,32}):\d{15,20}>/, ([, name]) => h("span.emoji", { title: `:${name}:` }, `:${name}:`)],
  [/^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, ([, seconds, style]) => time(Number(seconds) * 1000, style)],
  [/^@(?:everyone|here)\b/, ([text]) => h("span.mention", null, text)],
  [/^\*\*([^]+?)\*\*(?!\*)/, ([, text], again) => h("strong", null, again(text))],
  [/^__([^]+?)__(?!_)/, ([, text], again) => h("u", null, again(text))],
  [/^~~([^]+?)~~/, ([, text], again) => h("s", null, again(text))],
  [/^\|\|([^]+?)\|\|/, ([, text], again) => spoiler(again(text))],
  [/^\*(?=\S)((?:\\[^]|\*\*|[^*\\])+?)\*(?!\*)/, ([, text], again) => h("em", null, again(text))],
  [/^_((?:\\[^]|__|[^_\\])+?)_(?!\w)/, ([, text], again, _, before) => (/\w$/.test(before) ? undefined : h("em", null, again(text)))],
];

const special = /[\\`[<@*_~|]|https?:\/\//g;

// inline turns a text without blocks into nodes; mentions is that of markdown.
export function inline(text, mentions, depth = 0) {
  const nodes = [];
  const again = (inner) => (depth < deepest ? inline(inner, mentions, depth + 1) : [inner]);
  let plain = "";
  for (let at = 0; at < text.length; ) {
    special.lastIndex = at;
    const next = special.exec(text)?.index ?? text.length;
    plain += text.slice(at, next);
    at = next;
    if (at === text.length) break;
    const [length, node] = apply(text.slice(at), again, mentions, plain);
    if (node === undefined) {
      plain += text[at++];
    } else if (typeof node === "string") {
      plain += node;
      at += length;
    } else {
      nodes.push(plain, node);
      plain = "";
      at += length;
    }
  }
  return [...nodes, plain];
}

function apply(rest, again, mentions, before) {
  for (const [pattern, make] of rules) {
    const match = pattern.exec(rest);
    const node = match && make(match, again, mentions, before);
    if (node !== undefined && node !== null) return [match[0].length, node];
  }
  return [0];
}

function link(url, label) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

// time shows an instant; one in the style R is kept current by the page's clock.
export function time(at, style) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return undefined;
  return h("time.stamp", { datetime: date.toISOString(), title: stamp(at, "F"), "data-relative": style === "R" }, stamp(at, style));
}

function spoiler(content) {
  const hidden = h("span.spoiler", { role: "button", tabindex: 0, "aria-expanded": "false", "aria-label": "Spoiler, show it" });
  const inside = h("span", { "aria-hidden": "true" }, content);
  const show = () => {
    hidden.classList.add("open");
    for (const name of ["role", "tabindex", "aria-label", "aria-expanded"]) hidden.removeAttribute(name);
    inside.removeAttribute("aria-hidden");
  };
  hidden.append(inside);
  hidden.addEventListener("click", show);
  hidden.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    show();
  });
  return hidden;
}

// Discord's markdown, block by block: fences, quotes, headings, lists, and lines between them.
import { h } from "./dom.js";
import { inline } from "./inline.js";

const fence = /```(?:([\w+#.-]+)\n)?\n?([^]*?)\n?```/g;
const item = /^( *)(?:[-*]|(\d{1,9})\.) +(?=\S)/;
const deepest = 8; // lists and quotes in one another

// markdown turns a text into nodes. mentions shows what an id stands for: {user, role, channel},
// each a function from an id to a node.
export function markdown(text, mentions) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(fence)) {
    nodes.push(...blocks(text.slice(at, match.index).replace(/\n$/, ""), mentions));
    nodes.push(h("pre", { tabindex: 0 }, h("code", { "data-language": match[1] }, match[2])));
    at = match.index + match[0].length;
    if (text[at] === "\n") at++;
  }
  nodes.push(...blocks(text.slice(at), mentions));
  return nodes;
}

function blocks(text, mentions, depth = 0) {
  if (text === "") return [];
  const lines = text.split("\n");
  const nodes = [];
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push(h("p", null, inline(plain.join("\n"), mentions)));
    plain = [];
  };
  for (let i = 0; i < lines.length; ) {
    const [next, node] = depth < deepest ? block(lines, i, mentions, depth) : [i];
    if (node) {
      flush();
      nodes.push(node);
      i = next;
    } else {
      plain.push(lines[i++]);
    }
  }
  flush();
  return nodes;
}

// block reads the block that begins at line i, and returns the line after it and its node.
function block(lines, i, mentions, depth) {
  const line = lines[i];
  if (line.startsWith(">>> ")) {
    const rest = [line.slice(4), ...lines.slice(i + 1)].join("\n");
    return [lines.length, h("blockquote", null, blocks(rest, mentions, depth + 1))];
  }
  if (line.startsWith("> ")) {
    let end = i;
    while (lines[end]?.startsWith("> ")) end++;
    const quoted = lines.slice(i, end).map((one) => one.slice(2));
    return [end, h("blockquote", null, blocks(quoted.join("\n"), mentions, depth + 1))];
  }
  const heading = /^(#{1,3}|-#) +(\S[^]*)$/.exec(line);
  if (heading) {
    const size = heading[1] === "-#" ? "small" : heading[1].length;
    return [i + 1, h(`p.md-heading-${size}`, null, inline(heading[2], mentions))];
  }
  return item.test(line) ? list(lines, i, mentions, depth) : [i];
}

// list reads items of one indentation; what is indented further belongs to the item above it.
function list(lines, start, mentions, depth) {
  const [, indent, number] = item.exec(lines[start]);
  const root = number ? h("ol", { start: number }) : h("ul");
  let i = start;
  while (i < lines.length) {
    const match = item.exec(lines[i]);
    if (!match || match[1].length !== indent.length || !match[2] !== !number) break;
    const first = lines[i].slice(match[0].length);
    let end = i + 1;
    while (end < lines.length && lines[end].startsWith(`${indent}  `)) end++;
    const nested = lines.slice(i + 1, end).map((line) => line.slice(indent.length + 2));
    root.append(h("li", null, inline(first, mentions), blocks(nested.join("\n"), mentions, depth + 1)));
    i = end;
  }
  return [i, root];
}

// The pane with every gateway event and REST call, as they happen.
import { h, icon, iconButton, refill } from "./dom.js";
import { copy } from "./member-menu.js";
import { Stream } from "./stream.js";

const most = 500; // entries that are kept
const ops = {
  0: "DISPATCH", 1: "HEARTBEAT", 2: "IDENTIFY", 3: "PRESENCE_UPDATE", 4: "VOICE_STATE_UPDATE", 6: "RESUME", 7: "RECONNECT",
  8: "REQUEST_GUILD_MEMBERS", 9: "INVALID_SESSION", 10: "HELLO", 11: "HEARTBEAT_ACK",
};
const retryAfter = 2000; // milliseconds

// wire keeps the pane. It is connected only while it is open; close() is called when the person
// closes it. The result is {toggle(open)}.
export function wire(model, { close }) {
  const root = document.getElementById("wire");
  const list = h("ol.wire-list", { tabindex: 0, "aria-label": "Events and calls, newest last" });
  const filter = h("input.input", { type: "search", placeholder: "Filter: MESSAGE_CREATE, /members, 403 …", "aria-label": "Filter events and calls" });
  const count = h("span.wire-count", { "aria-live": "off" });
  const pause = h("button.icon-button", { type: "button", onclick: () => setPaused(!paused) });
  const kinds = { gateway: chip("Gateway", true), rest: chip("REST", true), beats: chip("Heartbeats", false) };
  let entries = [];
  let held = []; // came while paused
  let paused = false;
  let seen = 0;
  let last = ""; // when the newest entry was
  let follows = true;

  const stream = new Stream(["gateway", "rest"], {
    onEvent: (_, entry) => take(entry),
    onLost: () => setTimeout(() => root.hidden || connect(0), retryAfter),
  });

  function chip(label, on) {
    return h("button.chip", { type: "button", "aria-pressed": String(on), onclick: ({ currentTarget: it }) => { it.setAttribute("aria-pressed", String(it.getAttribute("aria-pressed") !== "true")); draw(); } }, label);
  }
  const on = (it) => it.getAttribute("aria-pressed") === "true";

  // connect follows from an entry on; 0 asks for all that the stand-in remembers, since its numbers
  // begin again when it was restarted.
  function connect(after) {
    stream.follow(`${model.people.wire()}?after=${after}`);
  }

  function take(entry) {
    if (entry.seq <= seen && entry.at <= last) return;
    [seen, last] = [entry.seq, entry.at];
    if (paused) held = [...held, entry].slice(-most);
    else add([entry]);
    tell();
  }

  function add(some) {
    entries.push(...some);
    const over = entries.length - most;
    if (over > 0) {
      for (const { node } of entries.splice(0, over)) node?.remove();
    }
    for (const entry of some) {
      entry.node = row(entry);
      if (shown(entry)) list.append(entry.node);
    }
    if (follows) list.scrollTop = list.scrollHeight;
  }

  function shown(entry) {
    const gateway = entry.kind === "gateway";
    if (gateway ? !on(kinds.gateway) : !on(kinds.rest)) return false;
    if (gateway && (entry.op === 1 || entry.op === 11) && !on(kinds.beats)) return false;
    const q = filter.value.trim().toLowerCase();
    return !q || `${title(entry)} ${entry.status ?? ""} ${q.length > 2 ? JSON.stringify([entry.request, entry.response]) : ""}`.toLowerCase().includes(q);
  }

  function draw() {
    list.replaceChildren(...entries.filter(shown).map(({ node }) => node));
    if (follows) list.scrollTop = list.scrollHeight;
    tell();
  }

  function tell() {
    count.textContent = paused ? `paused, ${held.length} waiting` : `${list.childElementCount} of ${entries.length}`;
  }

  function setPaused(to) {
    paused = to;
    if (!paused) add(held.splice(0));
    refill(pause, icon(paused ? "player-play" : "player-pause"));
    pause.setAttribute("aria-label", paused ? "Go on" : "Pause");
    pause.title = paused ? "Go on" : "Pause";
    tell();
  }

  filter.addEventListener("input", draw);
  list.addEventListener("scroll", () => (follows = list.scrollHeight - list.scrollTop - list.clientHeight < 40));
  root.append(
    h("header.wire-head", null, h("h2", null, "Events and calls"), kinds.gateway, kinds.rest, kinds.beats, filter, count, pause,
      iconButton("trash", "Clear", () => { entries = []; held = []; draw(); }), iconButton("x", "Close", close)),
    list);
  setPaused(false);

  return {
    toggle(open) {
      root.hidden = !open;
      if (open) connect(seen);
      else stream.close();
    },
  };
}

// short leaves out most of what nobody reads: the tokens of interactions.
const short = (path) => path.replace(/[\w-]{41,}/g, (token) => `${token.slice(0, 8)}…`);

const title = (entry) => (entry.kind === "rest" ? `${entry.method} ${entry.path}` : entry.name || ops[entry.op] || `op ${entry.op}`);

// row is one entry; its bodies are written out when it is opened.
function row(entry) {
  const rest = entry.kind === "rest";
  const bodies = h("div.wire-bodies");
  const details = h("details", { ontoggle: () => details.open && !bodies.childElementCount && bodies.append(...bodiesOf(entry)) },
    h("summary", null,
      h("time.wire-time", { datetime: entry.at }, entry.at.slice(11, 23)),
      rest
        ? h("span.wire-mark.call", null, entry.method)
        : h("span.wire-mark", { class: entry.from === "bot" ? "out" : "in", title: entry.from === "bot" ? "from the bot" : "to the bot" }, entry.from === "bot" ? "bot →" : "→ bot"),
      h("span.wire-title", { title: rest ? entry.path : null }, rest ? short(entry.path) : title(entry)),
      rest && h("span.wire-status", { class: entry.status >= 400 ? "bad" : "" }, String(entry.status)),
      rest && h("span.wire-took", null, entry.micros < 1000 ? `${entry.micros} µs` : `${(entry.micros / 1000).toFixed(1)} ms`),
      !rest && entry.shard > 0 && h("span.wire-took", null, `shard ${entry.shard}`)),
    bodies);
  return h("li", null, details);
}

function bodiesOf(entry) {
  const rest = entry.kind === "rest";
  const parts = rest ? [["Request", entry.request], ["Answer", entry.response]] : [["Payload", entry.request ?? entry.response]];
  const shown = parts.filter(([, body]) => body !== undefined && body !== null);
  return [
    entry.reason && h("p", null, `Audit log reason: ${entry.reason}`),
    ...shown.map(([name, body]) => {
      const text = JSON.stringify(body, null, 2);
      return h("figure", null, h("figcaption", null, name, iconButton("copy", `Copy ${name.toLowerCase()}`, () => copy(text))), h("pre", { tabindex: 0 }, text));
    }),
    shown.length === 0 && h("p", null, "No body."),
  ].filter(Boolean);
}

// The messages of the open channel.
import { lonely } from "./actor.js";
import { startOfDay, stamp } from "./clock.js";
import { byKey, h, icon, reconcile, rove } from "./dom.js";
import { askedItem, isEphemeral, messageItem } from "./message.js";
import { forum, isThread, Thread } from "./threads.js";

const together = 7 * 60_000; // messages of one author within it stand under one name
const nearEnd = 120; // pixels from the end within which the list follows new messages

// messages keeps the list as the model has it. on is what a person can do with a message; the list
// adds dismiss and jump. follow() goes to the newest message.
export function messages(model, on) {
  const scroll = document.getElementById("history");
  const root = document.getElementById("messages");
  const drawn = new Map(); // message id → {message, compact, place, node}
  const dismissed = new Set(JSON.parse(sessionStorage.getItem("dismissed") ?? "[]"));
  let follows = true;
  let place = {}; // a new object whenever names, colours or rights may have changed
  let channel;

  const acts = {
    ...on,
    dismiss(message) {
      dismissed.add(message.id);
      sessionStorage.setItem("dismissed", JSON.stringify([...dismissed].slice(-500)));
      draw();
      document.getElementById("composer").querySelector("textarea")?.focus();
    },
    forget: (nonce) => model.interactions.dismiss(nonce),
    jump(id) {
      const node = document.getElementById(`message-${id}`);
      if (!node) return;
      node.scrollIntoView({ block: "center" });
      focus(node);
      node.classList.add("found");
      setTimeout(() => node.classList.remove("found"), 2000);
    },
  };

  function item(message, compact) {
    const old = drawn.get(message.id);
    const state = `${model.interactions.busy(message.id)}/${model.interactions.broken.get(message.id) ?? ""}`;
    if (old?.message === message && old.compact === compact && old.place === place && old.state === state) return old.node;
    const node = messageItem(model, message, compact, acts);
    const focused = old?.node.contains(document.activeElement) && (document.activeElement.dataset.key ?? "");
    drawn.set(message.id, { message, compact, place, state, node });
    if (focused !== undefined && focused !== false) {
      old.node.replaceWith(node);
      const same = focused && byKey(node, focused);
      if (same && !same.disabled) same.focus({ preventScroll: true });
      else focus(node);
    }
    return node;
  }

  function draw({ older = false } = {}) {
    root.classList.toggle("posts", model.channel?.type === Thread.Forum);
    if (model.channel?.type === Thread.Forum) return reconcile(root, forum(model));
    const height = scroll.scrollHeight;
    const nodes = !model.channel ? [h("li", null, lonely(model))] : model.complete ? [beginning(model)] : [];
    let before = null;
    for (const message of model.messages) {
      if (dismissed.has(message.id)) continue;
      const at = Date.parse(message.timestamp);
      const newDay = !before || startOfDay(at) !== startOfDay(Date.parse(before.timestamp));
      if (newDay) nodes.push(divider(at));
      nodes.push(item(message, !newDay && continues(before, message)));
      before = message;
    }
    const here = ({ command, channel: where }) => command && where === model.channel?.id;
    for (const one of [...model.interactions.failed.values(), ...model.interactions.waiting.values()]) {
      if (here(one)) nodes.push(askedItem(model, one, acts));
    }
    reconcile(root, nodes);
    if (!root.querySelector("li.message[tabindex='0']")) root.querySelector("li.message[tabindex]:last-child")?.setAttribute("tabindex", "0");
    const kept = new Set(model.messages.map(({ id }) => id));
    for (const id of drawn.keys()) if (!kept.has(id)) drawn.delete(id);
    if (older) scroll.scrollTop += scroll.scrollHeight - height;
    else if (follows) scroll.scrollTop = scroll.scrollHeight;
  }

  // soon draws once for all that changes within one picture of the screen: a flood has many a message.
  let due = 0;
  function soon() {
    due ||= requestAnimationFrame(() => {
      due = 0;
      draw();
    });
  }

  scroll.addEventListener("scroll", () => {
    model.follows = follows = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < nearEnd;
    if (scroll.scrollTop < nearEnd) model.older();
  });
  new ResizeObserver(() => follows && (scroll.scrollTop = scroll.scrollHeight)).observe(scroll);
  rove(root, "li.message[tabindex]");
  model.on("place", () => {
    place = {};
    if (channel !== model.channel?.id) {
      channel = model.channel?.id;
      model.follows = follows = true;
    }
  });
  model.on("messages", (detail) => (detail ? draw(detail) : soon()));
  model.on("met", (ids) => {
    const unmet = ids.flatMap((id) => [...root.querySelectorAll(`[data-unmet="${id}"]`)]);
    for (const mention of unmet) {
      const old = drawn.get(mention.closest("li.message")?.dataset.id);
      if (old) old.place = null; // no longer as it would be drawn
    }
    if (unmet.length) soon();
  });
  model.on("pending", draw);
  return { follow: () => ((model.follows = follows = true), draw()), dismiss: acts.dismiss };
}

function focus(node) {
  for (const one of node.parentElement?.querySelectorAll("li.message[tabindex='0']") ?? []) one.tabIndex = -1;
  node.tabIndex = 0;
  node.focus({ preventScroll: true });
}

function continues(before, message) {
  return before.author.id === message.author.id && [0, 19, 20, 23].includes(before.type) && message.type === 0 &&
    isEphemeral(before) === isEphemeral(message) && Date.parse(message.timestamp) - Date.parse(before.timestamp) < together;
}

function divider(at) {
  return h("li.day", null, h("span", null, stamp(at, "D")));
}

function beginning(model) {
  const direct = !model.guild;
  if (isThread(model.channel)) {
    return h("li.beginning", null, h("span.beginning-mark", null, icon("messages")), h("h2", null, model.channel.name),
      h("p", null, `This is the start of the thread, in #${model.channelOf(model.channel.parent_id)?.name ?? "a channel"}.`));
  }
  const name = direct ? model.nameOf(model.bot) : model.channel.name;
  return h("li.beginning", null,
    h("span.beginning-mark", null, icon(direct ? "at" : "hash")),
    h("h2", null, direct ? name : `Welcome to #${name}!`),
    h("p", null, direct ? `This is the beginning of your direct messages with ${name}.` : `This is the start of the #${name} channel. ${model.channel.topic ?? ""}`));
}

// The open server's name and channels.
import { h, icon, refill } from "./dom.js";
import { channelIcon } from "./entities.js";
import { menu } from "./menu.js";
import { face } from "./people-parts.js";
import { voiceRow } from "./voice.js";

const Type = { Voice: 2, Category: 4, Stage: 13 };

// channels keeps name and list as the model has them. items returns what the server's menu offers.
export function channels(model, { items, direct }) {
  const head = document.getElementById("place-head");
  const root = document.getElementById("channels");
  const folded = new Set(JSON.parse(localStorage.getItem("playground.folded") ?? "[]"));

  function draw() {
    const { guild } = model;
    refill(head, guild
      ? h("button.place-name", { type: "button", "aria-haspopup": "menu", data: { key: "place" }, onclick: (event) => menu(event.currentTarget, guild.name, items(), { side: "below" }) },
          h("span", null, guild.name), icon("chevron-down"))
      : h("h2.place-name", null, "Direct messages"));
    if (!guild) {
      return refill(root, h("ul", null, model.direct.map((channel) => row(channel, [face(model, model.bot, { size: "small" }), model.nameOf(model.bot)]))),
        model.direct.length === 0 && h("div.nothing", null, h("p", null, "You have no direct messages."), h("button.button.plain", { type: "button", onclick: direct }, `Message ${model.nameOf(model.bot)}`)));
    }
    const under = (parent) => guild.channels.filter((channel) => channel.type !== Type.Category && (channel.parent_id ?? null) === parent).sort((a, b) => a.position - b.position);
    const categories = guild.channels.filter(({ type }) => type === Type.Category).sort((a, b) => a.position - b.position);
    const known = new Set(categories.map(({ id }) => id));
    const loose = guild.channels.filter(({ type, parent_id }) => type !== Type.Category && (!parent_id || !known.has(parent_id)));
    refill(root, h("ul", null, loose.map((channel) => row(channel))), categories.map((category) => group(category, under(category.id))));
  }

  function group(category, list) {
    const closed = folded.has(category.id);
    const shown = closed ? list.filter(({ id }) => id === model.channel?.id || model.unread.has(id)) : list;
    return [
      h("button.category", { type: "button", "aria-expanded": String(!closed), data: { key: category.id }, onclick: () => fold(category.id) }, icon("chevron-down"), category.name),
      h("ul", { "aria-label": category.name }, shown.map((channel) => row(channel))),
    ];
  }

  function row(channel, shown) {
    const open = channel.id === model.channel?.id;
    const mentions = model.unread.get(channel.id);
    const words = [mentions !== undefined && "unread", mentions > 0 && `${mentions} mentions`].filter(Boolean).join(", ");
    const content = [
      shown ?? [channelIcon(channel.type), h("span.channel-name", null, channel.name)],
      words && h("span.sr", null, `, ${words}`), mentions > 0 && h("span.count", { "aria-hidden": "true" }, String(mentions)),
    ];
    const threads = shown ? [] : threadsOf(channel);
    return h("li", { class: `${open ? "open" : ""}${mentions !== undefined ? " unread" : ""}` },
      channel.type === Type.Voice || channel.type === Type.Stage
        ? voiceRow(model, channel, channelIcon(channel.type))
        : h("a.channel", { href: model.addressOf({ channel: channel.id }), "aria-current": open && "page", data: { key: channel.id } }, content),
      threads.length > 0 && h("ul.thread-list", { "aria-label": `Threads of ${channel.name}` }, threads.map((thread) => row(thread, [channelIcon(thread.type), h("span.channel-name", null, thread.name)]))));
  }

  // threadsOf are the threads of a channel that the person is in, and the open one.
  const threadsOf = (channel) => (model.guild?.threads ?? []).filter(({ id, parent_id: parent, member }) =>
    parent === channel.id && (member || id === model.channel?.id || model.unread.has(id)));

  function fold(category) {
    if (!folded.delete(category)) folded.add(category);
    localStorage.setItem("playground.folded", JSON.stringify([...folded]));
    draw();
  }
  model.on("place", draw);
  model.on("unread", draw);
}

// The line above the messages: where one is, and what can be opened.
import { h, icon, iconButton, refill } from "./dom.js";
import { channelIcon } from "./entities.js";
import { copy } from "./member-menu.js";
import { dialog } from "./dialog.js";
import { face } from "./people-parts.js";

// bar keeps the line as the model has it. on = {places, members, wire, moderation} open and close
// parts of the page, on.actor(anchor) offers to act as someone else; shown tells what is open.
export function bar(model, on, shown) {
  const root = document.getElementById("bar");
  function draw() {
    const { channel, guild } = model;
    const direct = channel && !guild;
    refill(root,
      iconButton("menu-2", "Channels", on.places, { class: "only-narrow", data: { key: "places" }, "aria-expanded": "false" }),
      h("h1.bar-title", null, shown.moderation() ? icon("gavel") : direct ? icon("at") : channel ? channelIcon(channel.type) : icon("message-circle"),
        h("span", null, shown.moderation() ? "Moderation" : direct ? model.nameOf(model.bot) : channel?.name ?? "Playground")),
      channel?.topic && !shown.moderation() && h("p.bar-topic", { title: channel.topic }, channel.topic),
      h("span.bar-space"),
      h("span.live", { role: "status", class: model.connected ? "on" : "" }, h("span.dot"), model.connected ? "Live" : "Reconnecting…"),
      guild && toggle("gavel", "Moderation", "moderation"),
      toggle("terminal-2", "Gateway events and REST calls", "wire"),
      guild && toggle("users", "Members", "members"),
      h("button.only-narrow.bar-actor", { type: "button", "aria-haspopup": "dialog", "aria-label": `You act as ${model.nameOf(model.me)}. Act as someone else`, data: { key: "bar-actor" }, onclick: (event) => on.actor(event.currentTarget) },
        face(model, model.me)));
  }
  function toggle(name, label, part) {
    return iconButton(name, label, () => on[part](), { class: `bar-${part}`, "aria-pressed": String(shown[part]()), data: { key: part } });
  }
  for (const topic of ["place", "connection", "shown"]) model.on(topic, draw);
  return draw;
}

// notice keeps the line that says when no bot is connected.
export function notice(model) {
  const root = document.getElementById("notice");
  function draw() {
    root.hidden = model.there;
    if (model.there) return;
    refill(root, icon("plug-connected"), h("span", null, `${model.nameOf(model.bot)} is not connected: nobody answers commands.`),
      h("button.link", { type: "button", onclick: () => connection(model) }, "How to connect a bot"));
  }
  model.on("place", draw);
  model.on("members", draw);
}

// connection tells what a bot needs to log in to this stand-in.
export function connection(model) {
  const { details } = model;
  const rows = [
    ["DISCORD_API_URL", details.discord_api_url], ["DISCORD_TOKEN", details.bot_token],
    ["DISCORD_APPLICATION_ID", details.application_id], ["DISCORD_CLIENT_ID", details.client_id], ["DISCORD_CLIENT_SECRET", details.client_secret],
  ];
  dialog({
    title: "Connect a bot",
    text: "Any Discord library can log in here: point it at this address instead of https://discord.com/api. None of this is secret; it is good for this stand-in alone.",
    fields: [h("dl.connection", null, rows.map(([name, value]) => h("div", null,
      h("dt", null, name), h("dd", null, h("code", null, value), iconButton("copy", `Copy ${name}`, () => copy(value))))))],
  });
}

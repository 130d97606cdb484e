// What a message carries besides its words: forwards, stickers, threads, invites.
import { when } from "./clock.js";
import { h, icon } from "./dom.js";
import { embed } from "./embed.js";
import { markdown } from "./markdown.js";
import { trying } from "./popup.js";

// forwards draws the copies of forwarded messages. file draws an attachment.
export function forwards(model, message, { mentions, file }) {
  return (message.message_snapshots ?? []).map(({ message: copy }) => {
    const from = message.message_reference;
    const channel = model.channelOf(from?.channel_id);
    return h("blockquote.forward", null,
      h("p.forward-mark", null, icon("arrow-forward-up"), "Forwarded"),
      copy.content && h("div.md", null, markdown(copy.content, mentions)),
      copy.attachments.map(file), copy.embeds.map((one) => embed(model, one, mentions)), stickers(model, copy),
      h("p.forward-from", null, channel
        ? h("a", { href: model.addressOf({ channel: channel.id }) }, `#${channel.name} · ${when(Date.parse(copy.timestamp))}`)
        : when(Date.parse(copy.timestamp))));
  });
}

// stickers draws the ones of a message.
export function stickers(model, message) {
  return (message.sticker_items ?? []).map(({ id, name }) =>
    h("figure.sticker", null, h("img", { src: `${model.cdn}/stickers/${id}.png`, alt: name, title: name, width: 120, height: 120 })));
}

// threadOf draws the way to the thread that was started from a message.
export function threadOf(model, message) {
  const thread = message.thread && (model.channelOf(message.thread.id) ?? message.thread);
  if (!thread) return null;
  const count = thread.message_count ?? 0;
  return h("a.thread-card", { href: model.addressOf({ channel: thread.id }) },
    h("strong", null, thread.name), h("span", null, count === 0 ? "See thread" : `${count} ${count === 1 ? "message" : "messages"}`, icon("chevron-right")),
    thread.thread_metadata?.archived && h("small", null, "archived"));
}

const invitation = /(?:https?:\/\/)?(?:discord\.gg|discord\.com\/invite)\/([\w-]{2,32})/gi;
const found = new Map(); // code → what it leads to, or null

// invites draws a card for each invite in a text.
export function invites(model, text) {
  const codes = [...new Set([...text.matchAll(invitation)].map(([, code]) => code))].slice(0, 3);
  return codes.map((code) => {
    const card = h("section.invite", { "aria-label": "Invite" });
    const draw = (invite) => card.replaceChildren(...shown(model, code, invite));
    if (found.has(code)) draw(found.get(code));
    else model.person.lookUp(code).catch(() => null).then((invite) => (found.set(code, invite), draw(invite)));
    return card;
  });
}

function shown(model, code, invite) {
  if (!invite) return [h("p.invite-mark", null, "You received an invite, but …"), h("strong", null, "Invite invalid"), h("p", null, "It may have run out, or you may not be allowed to join.")];
  const { guild } = invite;
  const there = model.guilds.some(({ id }) => id === guild.id);
  const go = async () => {
    if (!there) await model.person.accept(code);
    await model.enter({ me: model.me.id, guild: guild.id });
  };
  return [
    h("p.invite-mark", null, there ? "You are in this server" : "You have been invited to join a server"),
    h("div.invite-row", null,
      guild.icon && h("img", { src: `${model.cdn}/icons/${guild.id}/${guild.icon}.svg`, alt: "", width: 44, height: 44 }),
      h("div.invite-text", null, h("strong", null, guild.name), h("span", null, `${invite.approximate_member_count} members, ${invite.approximate_presence_count} online`)),
      h("button.button.success", { type: "button", onclick: () => trying(go) }, there ? "Go there" : "Join")),
  ];
}

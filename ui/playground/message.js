// One message.
import { stamp, when } from "./clock.js";
import { components } from "./components.js";
import { h, icon, iconButton } from "./dom.js";
import { embed } from "./embed.js";
import { markdown } from "./markdown.js";
import { autoModItem, isAutoMod } from "./automod.js";
import { forwards, invites, stickers, threadOf } from "./extras.js";
import { poll } from "./poll.js";
import { isStarter, isSystem, systemItem } from "./system.js";
import { badge, colourOf, face, mentionsIn, nameTag } from "./people-parts.js";
import { localFile, picture } from "./pictures.js";

const Type = { Reply: 19, Command: 20, Menu: 23 };
const Flag = { SuppressEmbeds: 4, Ephemeral: 64, Loading: 128 };
const onlyEmoji = /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F?|\u200D|[\u{1F3FB}-\u{1F3FF}]|\s){1,40}$/u;

export const isEphemeral = (message) => Boolean(message.flags & Flag.Ephemeral);

// messageItem draws a message as an item of the list. compact leaves out the author, who wrote the
// message above as well. on has what a person can do with it: profile, use, react, unreact, reply,
// more, dismiss, choose (an emoji), jump.
export function messageItem(model, message, compact, on) {
  if (isAutoMod(message)) return autoModItem(model, message, on);
  if (isSystem(message)) return systemItem(model, message, on);
  if (isStarter(message) && message.referenced_message) message = { ...message, ...message.referenced_message, id: message.id, reactions: [], flags: 0, thread: undefined };
  const mentions = mentionsIn(model, message, on.profile);
  const content = [
    !compact && h("h2.message-head", null,
      nameTag(model, message.author, (event) => on.profile(message.author, event.currentTarget)),
      message.author.bot && badge(),
      instant(message.timestamp)),
    body(model, message, mentions, on),
  ];
  return h("li.message", {
    id: `message-${message.id}`, tabindex: -1, data: { id: message.id, author: message.author.id },
    class: [compact && "compact", isEphemeral(message) && "ephemeral", mentioned(model, message) && "mentioned"].filter(Boolean).join(" "),
    "aria-label": label(model, message),
  },
    !compact && context(model, message, on),
    h("div.message-row", null,
      compact
        ? h("span.message-aside", { "aria-hidden": "true" }, stamp(Date.parse(message.timestamp), "t"))
        : h("button.message-face", { type: "button", tabindex: -1, "aria-hidden": "true", onclick: (event) => on.profile(message.author, event.currentTarget) }, face(model, message.author)),
      h("div.message-main", null, content)),
    toolbar(message, on));
}

function body(model, message, mentions, on) {
  if (message.flags & Flag.Loading) {
    return h("p.thinking", null, `${model.nameOf(message.author)} is thinking`, h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  }
  const broken = model.interactions.broken.get(message.id);
  const use = { mentions, busy: model.interactions.busy(message.id), use: (id, values) => on.use(message, id, values) };
  const edited = message.edited_timestamp && h("span.edited", { title: stamp(Date.parse(message.edited_timestamp), "F") }, "(edited)");
  return [
    forwards(model, message, { mentions, file: (file) => attachment(model, file) }),
    message.content && h("div.md.message-text", { class: onlyEmoji.test(message.content) ? "jumbo" : "" }, markdown(message.content, mentions), edited),
    message.attachments.map((file) => attachment(model, file)),
    message.poll && poll(model, message, on),
    stickers(model, message),
    invites(model, message.content),
    !(message.flags & Flag.SuppressEmbeds) && message.embeds.map((one) => embed(model, one, mentions)),
    message.components.length > 0 && h("div.components", null, components(model, message.components, use)),
    broken && h("p.broken", { role: "alert" }, icon("alert-triangle"), broken),
    !message.content && edited,
    message.reactions?.length > 0 && h("div.reactions", { role: "group", "aria-label": "Reactions" },
      message.reactions.map((reaction) => reactionButton(message, reaction, on)),
      iconButton("mood-smile", "Add a reaction", (event) => on.choose(message, event.currentTarget), { data: { key: `react-${message.id}` } })),
    threadOf(model, message),
    isEphemeral(message) && h("p.only-you", null, icon("eye"), "Only you can see this · ",
      h("button.link", { type: "button", onclick: () => on.dismiss(message) }, "Dismiss message")),
  ];
}

// context is the line above a message that says what it answers.
function context(model, message, on) {
  const meta = message.interaction_metadata;
  if (message.type === Type.Reply && message.referenced_message) {
    const old = message.referenced_message;
    return h("p.context", null, face(model, old.author, { size: "tiny" }), nameTag(model, old.author),
      h("button.context-text", { type: "button", onclick: () => on.jump(old.id) }, (old.content || old.embeds[0]?.title || "Open the message").slice(0, 120)));
  }
  if (meta?.name && (message.type === Type.Command || message.type === Type.Menu)) {
    return h("p.context", null, face(model, meta.user, { size: "tiny" }),
      nameTag(model, meta.user, (event) => on.profile(meta.user, event.currentTarget)), " used ",
      h("span.command-name", null, message.type === Type.Command ? `/${meta.name}` : meta.name));
  }
  return null;
}

function instant(timestamp) {
  const at = Date.parse(timestamp);
  return h("time.message-time", { datetime: timestamp, title: stamp(at, "F") }, when(at));
}

function attachment(model, file) {
  if (file.content_type?.startsWith("image/") && file.content_type !== "image/svg+xml") {
    return picture(model, file.url, { alt: file.description ?? file.filename, kind: "attachment" });
  }
  return h("a.file", { href: localFile(model, file.url), download: file.filename }, icon("file"),
    h("span", null, file.filename, h("small", null, bytes(file.size))));
}

const bytes = (n) => (n < 1024 ? `${n} bytes` : n < 1048576 ? `${(n / 1024).toFixed(1)} KB` : `${(n / 1048576).toFixed(1)} MB`);

function reactionButton(message, { emoji, count, me }, on) {
  return h("button.reaction", {
    type: "button", class: me ? "mine" : "", "aria-pressed": String(me), data: { key: `${message.id}-${emoji.name}` },
    "aria-label": `${emoji.name}, ${count} ${count === 1 ? "reaction" : "reactions"}`,
    onclick: () => (me ? on.unreact : on.react)(message, emoji),
  }, h("span.emoji", null, emoji.name), h("span.reaction-count", null, String(count)));
}

function toolbar(message, on) {
  return h("div.toolbar", { role: "toolbar", "aria-label": "What to do with the message" },
    !isEphemeral(message) && [
      iconButton("mood-smile", "Add a reaction", (event) => on.choose(message, event.currentTarget)),
      iconButton("arrow-back-up", "Reply", () => on.reply(message)),
    ],
    iconButton("dots", "More", (event) => on.more(message, event.currentTarget)));
}

function mentioned(model, message) {
  const roles = model.memberOf(model.me.id)?.roles ?? [];
  return message.mention_everyone || message.mentions.some(({ id }) => id === model.me.id) || message.mention_roles.some((id) => roles.includes(id));
}

// label is what a screen reader says of the message when it is reached with the arrow keys.
function label(model, message) {
  const said = message.content || message.embeds.map(({ title, description }) => title ?? description ?? "").join(", ");
  return `${model.nameOf(message.author)}, ${when(Date.parse(message.timestamp))}: ${said.slice(0, 200)}`;
}

// asked draws a command that waits for its answer, or got none.
export function askedItem(model, one, on) {
  const failed = one.text !== undefined;
  return h("li.message.asked", { class: failed ? "ephemeral failed" : "", data: { nonce: one.nonce } },
    h("p.context", null, face(model, model.me, { size: "tiny" }), nameTag(model, model.me), " used ", h("span.command-name", null, one.command)),
    h("div.message-row", null,
      h("span.message-face", null, face(model, model.bot)),
      h("div.message-main", null,
        h("h2.message-head", null, h("span.name", { style: colourOf(model, model.bot) ? { color: colourOf(model, model.bot) } : {} }, model.nameOf(model.bot)), badge()),
        failed
          ? [h("p.broken", { role: "alert" }, icon("alert-triangle"), one.text),
             h("p.only-you", null, icon("eye"), "Only you can see this · ", h("button.link", { type: "button", onclick: () => on.forget(one.nonce) }, "Dismiss message"))]
          : h("p.thinking", null, "Sending command", h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i"))))));
}

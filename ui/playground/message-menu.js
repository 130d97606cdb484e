// What a person can do with a message.
import { dialog, field } from "./dialog.js";
import { h } from "./dom.js";
import { forward } from "./forward.js";
import { copy } from "./member-menu.js";
import { isThread, startThread } from "./threads.js";
import { menu } from "./menu.js";
import { isEphemeral } from "./message.js";
import { has, Permission } from "./permissions.js";
import { float, trying } from "./popup.js";

const quick = ["👍", "❤️", "😂", "🎉", "👀", "🚀", "😮", "😢", "🔥", "✅", "❌", "🪙"];

// messageMenu opens the menu of a message. on = {reply, run(command, target), dismiss}.
export function messageMenu(model, message, anchor, on) {
  const own = message.author.id === model.me.id;
  const { channel, id } = { channel: message.channel_id, id: message.id };
  const manages = has(model.channel.permissions, Permission.ManageMessages) && model.guild;
  const threads = model.guild && !isThread(model.channel) && !message.thread && !isEphemeral(message) && has(model.channel.permissions, Permission.CreatePublicThreads);
  const commands = isEphemeral(message) ? [] : model.commands.filter(({ type }) => type === 3);
  menu(anchor, "Message", [
    !isEphemeral(message) && { label: "Add a reaction", icon: "mood-smile", act: () => chooseEmoji(anchor, (emoji) => model.person.react(channel, id, emoji)) },
    !isEphemeral(message) && { label: "Reply", icon: "arrow-back-up", act: () => on.reply(message) },
    !isEphemeral(message) && !message.poll && { label: "Forward", icon: "arrow-forward-up", act: () => forward(model, message) },
    threads && { label: "Create thread", icon: "messages", act: () => startThread(model, message) },
    own && message.poll && !message.poll.results?.is_finalized && { label: "End poll", icon: "chart-bar", act: () => trying(() => model.person.endPoll(channel, id)) },
    own && !message.poll && { label: "Edit message", icon: "pencil", act: () => edit(model, message) },
    commands.length > 0 && { label: "Apps", items: () => commands.map((command) => ({ label: command.name, note: model.nameOf(model.bot), act: () => on.run(command, id) })) },
    { label: "Copy text", icon: "copy", act: () => copy(message.content || message.embeds.map(({ title, description }) => `${title ?? ""}\n${description ?? ""}`).join("\n")) },
    { label: "Copy message id", icon: "copy", act: () => copy(id) },
    isEphemeral(message) && { label: "Dismiss message", icon: "x", act: () => on.dismiss(message) },
    (own || manages) && !isEphemeral(message) && { label: "Delete message", danger: true, icon: "trash", act: () => trying(() => model.person.remove(channel, id)) },
  ]);
}

function edit(model, message) {
  dialog({
    title: "Edit message", confirm: "Save",
    fields: [field({ name: "content", label: "Message", kind: "area", value: message.content, maxlength: 2000 })],
    send: (form) => model.person.edit(message.channel_id, message.id, form.elements.content.value),
  });
}

// chooseEmoji offers some emoji, and a field for any other.
export function chooseEmoji(anchor, react) {
  const take = (emoji) => {
    handle.close();
    trying(() => react(emoji));
  };
  const other = h("input.input", { type: "text", maxlength: 16, "aria-label": "Another emoji", placeholder: "Any other emoji" });
  const panel = h("form.emoji-panel", {
    "aria-label": "Choose an emoji",
    onsubmit: (event) => {
      event.preventDefault();
      if (other.value.trim()) take(other.value.trim());
    },
  }, h("div.emoji-grid", null, quick.map((emoji) => h("button", { type: "button", "aria-label": emoji, onclick: () => take(emoji) }, emoji))), other);
  const handle = float(panel, anchor, { side: "above" });
  panel.querySelector("button").focus({ preventScroll: true });
}

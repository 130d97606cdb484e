// Where a person writes: messages, mentions, and commands after a slash.
import { commandBar } from "./command-bar.js";
import { find, leaves } from "./command-list.js";
import { h, icon, iconButton, refill } from "./dom.js";
import { channelItems, roleItems, userItems } from "./entities.js";
import { ask } from "./forward.js";
import { Listbox } from "./listbox.js";
import { menu } from "./menu.js";
import { chooseSticker } from "./stickers.js";
import { isThread, startThread, Thread } from "./threads.js";
import { has, Permission } from "./permissions.js";
import { face } from "./people-parts.js";
import { readFile } from "./upload.js";

const blockedByAutoMod = 200000;
const typingEvery = 8000; // milliseconds between two signs of typing
const mentionBefore = /(?:^|\s)([@#])([\p{L}\p{N}_. -]{0,32})$/u;

// composer keeps the box below the messages. sent is called after each message. It returns
// {reply, mention, focus}.
export function composer(model, sent) {
  const root = document.getElementById("composer");
  const error = document.getElementById("compose-error");
  let answering = null; // the message that is answered
  let files = [];
  let mentions = new Map(); // what is in the text → what is sent for it
  let lastTyping = 0;
  let bar = null;
  let place;

  const text = h("textarea.compose-text", { id: "compose-text", rows: 1, maxlength: 2000 });
  const above = h("div.compose-above");
  const chooser = h("input", { type: "file", multiple: true, hidden: true });
  const attach = iconButton("circle-plus", "Files, polls, threads and stickers", () => menu(attach, "Add to the channel", additions(), { side: "above" }));
  const slash = iconButton("slash", "Use a command", () => {
    text.value = "/";
    text.focus();
    suggest();
  });
  const send = iconButton("send", "Send message", () => write(), { class: "send" });
  const box = h("div.compose-box", null, attach, chooser, text, slash, send);
  const list = new Listbox({ input: text, label: "Suggestions", anchor: box, onPick: (item) => item.take() });

  // additions are what can be posted besides text.
  function additions() {
    const may = (bit) => !model.guild || has(model.channel.permissions, bit);
    return [
      may(Permission.AttachFiles) && { label: "Attach files", icon: "file", act: () => chooser.click() },
      may(Permission.SendPolls) && { label: "Create poll", icon: "chart-bar", act: () => ask(model, sent) },
      model.guild && !isThread(model.channel) && may(Permission.CreatePublicThreads) && { label: "Create thread", icon: "messages", act: () => startThread(model) },
      model.guild?.stickers.length > 0 && { label: "Send sticker", icon: "sticker", act: () => chooseSticker(model, attach, sent) },
    ];
  }

  function say(message) {
    error.textContent = message ?? "";
    error.hidden = !message;
  }

  function draw() {
    const place_ = `${model.me.id}/${model.channel?.id}`;
    if (place !== place_) {
      place = place_;
      [answering, files, mentions] = [null, [], new Map()];
      text.value = "";
      leave(false);
      say();
    }
    if (bar) return;
    const posts = model.channel?.type === Thread.Forum;
    const may = model.channel && !posts && (!model.guild || has(model.channel.permissions, Permission.SendMessages));
    const silent = model.guild && model.memberOf(model.me.id)?.communication_disabled_until && !may;
    text.disabled = !may;
    attach.disabled = !may;
    slash.disabled = !model.channel || !model.commands.some(({ type }) => type === 1);
    const name = isThread(model.channel) ? `"${model.channel.name}"` : model.guild ? `#${model.channel?.name}` : `@${model.nameOf(model.bot)}`;
    text.placeholder = may ? `Message ${name}` : posts ? "A forum has posts. Begin with New post." : silent ? "You are timed out." : "You cannot write in this channel.";
    text.setAttribute("aria-label", text.placeholder);
    drawAbove();
    if (box.parentElement !== root) root.replaceChildren(above, box);
    grow();
  }

  function drawAbove() {
    refill(above,
      answering && h("div.answering", null, h("span", null, "Replying to ", h("strong", null, model.nameOf(answering.author))), iconButton("x", "Do not reply", () => { answering = null; drawAbove(); text.focus(); })),
      files.map((file, i) => h("div.uploading", null, icon("file"), file.filename, iconButton("x", `Leave out ${file.filename}`, () => { files.splice(i, 1); drawAbove(); }))));
  }

  // the picker: commands after a slash, people and roles after @, channels after #
  function suggest() {
    const before = text.value.slice(0, text.selectionStart);
    if (before.startsWith("/") && !before.includes("\n")) return suggestCommands(before.slice(1));
    const match = mentionBefore.exec(before);
    if (!match || !model.guild) return list.hide();
    const [, mark, typed] = match;
    const items = mark === "#" ? channelItems(model, typed) : [...userItems(model, typed).slice(0, 10), ...roleItems(model, typed).slice(0, 6)];
    list.show(items.map((item) => ({ ...item, take: () => insert(mark, typed, item) })));
  }

  function suggestCommands(typed) {
    const all = leaves(model.commands);
    const exact = /\s$/.test(typed) && all.find(({ path }) => path === typed.trim().replace(/\s+/g, " "));
    if (exact) return begin(exact);
    const picture = face(model, model.bot, { size: "small" });
    list.show(find(all, typed).map((leaf) => ({
      key: leaf.path, label: `/${leaf.path}`, detail: leaf.description, section: "Commands", picture: picture.cloneNode(true),
      aside: leaf.options.map(({ name, required }) => (required ? name : `${name}?`)).join("  "), take: () => begin(leaf),
    })), { empty: model.there ? "No command is called that." : "No bot is connected, so there are no commands yet." });
  }

  function insert(mark, typed, item) {
    const shown = `${mark}${item.label}`;
    const token = item.key.startsWith("role-") ? `<@&${item.value}>` : mark === "#" ? `<#${item.value}>` : `<@${item.value}>`;
    mentions.set(shown, token);
    const at = text.selectionStart;
    const from = at - typed.length - 1;
    text.setRangeText(`${shown} `, from, at, "end");
    list.hide();
    grow();
  }

  const toSend = () => [...mentions].sort(([a], [b]) => b.length - a.length).reduce((all, [shown, token]) => all.replaceAll(shown, token), text.value).trim();

  // begin turns the box into the form of a command.
  function begin(leaf) {
    list.hide();
    say();
    bar = commandBar(model, leaf, {
      leave: () => leave(true),
      complete: async (options, focused) => {
        try {
          const { choices } = await model.interactions.start(null, (nonce) =>
            model.person.invoke(model.channel.id, { command: leaf.path, id: leaf.command.id, options, focused, nonce }));
          return choices;
        } catch {
          return undefined;
        }
      },
      run: (options, attachments) => new Promise((delivered, refused) => {
        model.interactions.start({ command: `/${leaf.path}` }, async (nonce) => {
          const answer = await model.person.invoke(model.channel.id, { command: leaf.path, id: leaf.command.id, options, attachments, nonce });
          text.value = "";
          leave(true);
          sent();
          delivered();
          return answer;
        }).catch(refused);
      }),
    });
    root.replaceChildren(bar.form);
    bar.focus();
  }

  function leave(focus) {
    bar = null;
    if (box.parentElement !== root) root.replaceChildren(above, box);
    if (focus) {
      if (text.value.startsWith("/")) text.value = "";
      draw();
      text.focus();
    }
  }

  async function write() {
    const content = toSend();
    if (!content && !files.length) return;
    send.disabled = true;
    try {
      await model.person.write(model.channel.id, { content, reply_to: answering?.id, attachments: files });
      text.value = "";
      [answering, files, mentions] = [null, [], new Map()];
      lastTyping = 0;
      say();
      draw();
      sent();
    } catch (refused) {
      if (refused.code === blockedByAutoMod) text.value = ""; // the channel shows what was written, and why it was not posted
      else say(refused.message);
      grow();
    } finally {
      send.disabled = false;
      text.focus();
    }
  }

  function grow() {
    text.style.setProperty("height", "auto");
    text.style.setProperty("height", `${Math.min(text.scrollHeight, innerHeight / 3)}px`);
    send.hidden = !text.value.trim() && !files.length;
  }

  text.addEventListener("input", () => {
    grow();
    suggest();
    if (!text.value || text.value.startsWith("/") || Date.now() - lastTyping < typingEvery) return;
    lastTyping = Date.now();
    model.person.typing(model.channel.id).catch(() => {}); // only a sign, of which nothing depends
  });
  text.addEventListener("blur", () => list.hide());
  text.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Tab" && !event.shiftKey && list.marked) {
      event.preventDefault();
      return list.marked.take();
    }
    if (list.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      write();
    } else if (event.key === "Escape" && answering) {
      answering = null;
      drawAbove();
    } else if (event.key === "ArrowUp" && !text.value) {
      const last = document.querySelector("#messages li.message[tabindex]:last-of-type");
      if (last) {
        event.preventDefault();
        last.focus();
      }
    }
  });
  chooser.addEventListener("change", async () => {
    files.push(...(await Promise.all([...chooser.files].map(readFile))));
    chooser.value = "";
    drawAbove();
    grow();
    text.focus();
  });
  text.addEventListener("paste", async ({ clipboardData }) => {
    if (!clipboardData.files.length) return;
    files.push(...(await Promise.all([...clipboardData.files].map(readFile))));
    drawAbove();
    grow();
  });
  model.on("place", draw);

  return {
    focus: () => text.focus(),
    reply(message) {
      if (bar) leave(true);
      answering = message;
      drawAbove();
      text.focus();
    },
    mention(user) {
      if (bar) leave(true);
      const shown = `@${model.nameOf(user)}`;
      mentions.set(shown, `<@${user.id}>`);
      text.value += `${text.value && !text.value.endsWith(" ") ? " " : ""}${shown} `;
      grow();
      text.focus();
    },
  };
}

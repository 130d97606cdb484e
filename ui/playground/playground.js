// The playground: a small Discord in the browser, for the stand-in that serves it.
import { actor } from "./actor.js";
import { bar, connection, notice } from "./bar.js";
import { channels } from "./channels.js";
import { keepRelative } from "./clock.js";
import { composer } from "./composer.js";
import { h } from "./dom.js";
import { drawers } from "./drawers.js";
import { guilds } from "./guilds.js";
import { memberMenu } from "./member-menu.js";
import { members } from "./members.js";
import { onContext } from "./menu.js";
import { chooseEmoji, messageMenu } from "./message-menu.js";
import { messages } from "./messages.js";
import { Model } from "./model.js";
import { moderation } from "./moderation.js";
import { openModal } from "./modal.js";
import { People } from "./people.js";
import * as place from "./place.js";
import { toast, trying } from "./popup.js";
import { profile } from "./profile.js";
import { serverItems } from "./server-items.js";
import { typing } from "./typing.js";
import { voicePanel } from "./voice.js";
import { wire } from "./wire.js";

const get = (id) => document.getElementById(id);

async function start() {
  const people = new People(document.body.dataset.people);
  const model = new Model(people, await people.details());
  model.addressOf = (where) => place.address({ me: model.me.id, ...where });

  const drawn = drawers();
  const shown = {
    wire: () => !get("wire").hidden,
    moderation: () => !get("moderation").hidden,
    members: () => get("app").classList.contains("with-members"),
  };
  const show = {
    places: () => drawn.toggle("side"),
    actor: (anchor) => people_.choose(anchor),
    members() {
      if (drawn.isNarrow()) return drawn.toggle("members");
      get("app").classList.toggle("with-members");
      model.changed("shown");
    },
    moderation(open = !shown.moderation()) {
      get("moderation").hidden = !open;
      get("conversation").hidden = open;
      model.changed("shown");
    },
    wire(open = !shown.wire()) {
      pane.toggle(open);
      get("app").classList.toggle("with-wire", open);
      localStorage.setItem("playground.wire", open ? "open" : "");
      model.changed("shown");
    },
  };

  const enter = async (where) => {
    const { channel } = model;
    await model.enter(where);
    if (channel?.id !== model.channel?.id) drawn.close();
  };
  const actAs = (me) => trying(async () => {
    await enter({ me, guild: model.guild?.id, channel: model.channel?.id });
    drawn.close();
    toast(`You act as ${model.nameOf(model.me)}.`);
  });
  const openDirect = () => trying(async () => {
    const { id } = model.direct[0] ?? (await model.person.direct());
    await enter({ me: model.me.id, channel: id });
  });
  const run = (command, target) => trying(() =>
    model.interactions.start({ command: command.name }, (nonce) =>
      model.person.invoke(model.channel.id, { id: command.id, command: command.name, type: command.type, target_id: target, nonce })));

  const openProfile = (user, anchor) => profile(model, user, anchor, { actAs, manage: (who, at) => openMember(who, at) });
  const openMember = (user, anchor) => memberMenu(model, user, anchor, { actAs, run, profile: openProfile, mention: (who) => box.mention(who) });
  const onMessage = {
    profile: openProfile,
    use: (message, id, values) => trying(() => model.interactions.start({ message: message.id, component: id }, (nonce) =>
      model.person.press(message.channel_id, message.id, { custom_id: id, values, nonce }))),
    vote: (message, answers) => trying(() => model.person.vote(message.channel_id, message.id, answers)),
    react: (message, emoji) => trying(() => model.person.react(message.channel_id, message.id, emoji.name)),
    unreact: (message, emoji) => trying(() => model.person.unreact(message.channel_id, message.id, emoji.name)),
    choose: (message, anchor) => chooseEmoji(anchor, (emoji) => model.person.react(message.channel_id, message.id, emoji)),
    reply: (message) => box.reply(message),
    more: (message, anchor) => messageMenu(model, message, anchor, { reply: (one) => box.reply(one), run, dismiss: (one) => list.dismiss(one) }),
  };

  const list = messages(model, onMessage);
  const box = composer(model, () => list.follow());
  const pane = wire(model, { close: () => show.wire(false) });
  const people_ = actor(model, { actAs });
  guilds(model, { direct: openDirect });
  channels(model, { items: () => guildItems(model, { show, newcomer: people_.newcomer }), direct: openDirect });
  members(model, { profile: openProfile, actAs });
  moderation(model, { close: () => show.moderation(false) });
  typing(model);
  voicePanel(model);
  notice(model);
  bar(model, show, shown);
  model.on("modal", (modal) => openModal(model, modal));
  model.on("place", () => {
    place.keep({ me: model.me.id, guild: model.guild?.id, channel: model.channel?.id });
    document.title = `${model.guild ? `#${model.channel?.name ?? "playground"} · ${model.guild.name}` : "Direct messages"} · Playground`;
    get("app").classList.toggle("in-guild", Boolean(model.guild));
  });

  const messageOf = (element) => model.messages.find(({ id }) => id === element.dataset.id);
  onContext(get("messages"), "li.message[data-id]", (element, anchor) => messageOf(element) && onMessage.more(messageOf(element), anchor));
  onContext(get("members"), "li.member", (element, anchor) => openMember(model.memberOf(element.dataset.user).user, anchor));
  addEventListener("hashchange", () => {
    const to = place.read();
    if (!to.me || (to.me === model.me?.id && to.channel === model.channel?.id)) return;
    show.moderation(false);
    trying(() => enter(to));
  });

  await firstPlace(model, people);
  keepRelative();
  if (!drawn.isNarrow()) get("app").classList.add("with-members");
  if (localStorage.getItem("playground.wire")) show.wire(true);
  else model.changed("shown");
}

// firstPlace opens what the address says, as whoever acted last, or as the first plain member.
async function firstPlace(model, people) {
  const wanted = place.read();
  const member = model.details.members.find(({ role, bot }) => role === "member" && !bot) ?? model.details.members.find(({ bot }) => !bot);
  const [anyone] = member ? [member] : await people.find("");
  for (const me of [wanted.me, place.last(), anyone?.id]) {
    if (!me) continue;
    try {
      return await model.enter({ ...wanted, me });
    } catch (refused) {
      if (refused.status !== 404 && refused.status !== 400) throw refused;
    }
  }
  throw new Error("There is nobody in this world whom one could act as.");
}

// guildItems are the entries of the server's menu.
function guildItems(model, { show, newcomer }) {
  const links = [...(get("links")?.content.querySelectorAll("a") ?? [])];
  return [
    ...serverItems(model),
    null,
    { label: "Bans, timeouts, AutoMod and audit log", icon: "shield", act: () => show.moderation(true) },
    { label: "A new person joins", icon: "user-plus", act: newcomer },
    { label: "Gateway events and REST calls", icon: "terminal-2", act: () => show.wire(true) },
    { label: "Connect a bot", icon: "plug-connected", act: () => connection(model) },
    links.length > 0 && null,
    ...links.map((link) => ({ label: link.textContent, icon: "external-link", act: () => window.open(link.href, "_blank", "noopener") })),
  ];
}

start().catch((error) => {
  get("talk").prepend(h("p.fatal", { role: "alert" }, `The playground could not start: ${error.message}`));
});

// What the server's menu offers to do.
import { dialog, field } from "./dialog.js";
import { copy } from "./member-menu.js";
import { has, Permission } from "./permissions.js";
import { toast, trying } from "./popup.js";

// invite makes an invite into the open channel and shows it.
export async function invite(model) {
  const channel = model.guild.channels.find(({ id }) => id === model.channel?.id) ?? model.guild.channels.find(({ type }) => type === 0);
  dialog({
    title: `Invite people to ${model.guild.name}`, confirm: "Create and copy", text: `They land in #${channel.name}.`,
    fields: [
      field({ name: "age", label: "Expires after", kind: [["1800", "30 minutes"], ["86400", "1 day"], ["604800", "7 days"], ["0", "Never"]], value: "86400" }),
      field({ name: "uses", label: "How often it can be used", kind: [["0", "No limit"], ["1", "Once"], ["10", "10 times"], ["100", "100 times"]], value: "0" }),
    ],
    async send({ elements: of }) {
      const { code } = await model.person.invite(channel.id, { max_age: Number(of.age.value), max_uses: Number(of.uses.value) });
      copy(`https://discord.gg/${code}`);
    },
  });
}

// accept joins a server by an invite.
export function accept(model) {
  dialog({
    title: "Join with an invite", confirm: "Join",
    fields: [field({ name: "code", label: "Invite", required: true, placeholder: "https://discord.gg/…" })],
    async send({ elements: of }) {
      const { guild_id: guild } = await model.person.accept(of.code.value.trim().split("/").at(-1));
      await model.enter({ me: model.me.id, guild });
    },
  });
}

const kinds = [["0", "Text"], ["2", "Voice"], ["5", "Announcements"], ["15", "Forum"], ["13", "Stage"], ["4", "Category"]];

// createChannel makes a channel of any type.
export function createChannel(model) {
  const categories = model.guild.channels.filter(({ type }) => type === 4).map(({ id, name }) => [id, name]);
  dialog({
    title: "Create channel", confirm: "Create",
    fields: [
      field({ name: "kind", label: "Type", kind: kinds, value: "0" }),
      field({ name: "name", label: "Name", maxlength: 100, required: true }),
      field({ name: "parent", label: "Category", kind: [["", "None"], ...categories] }),
    ],
    async send({ elements: of }) {
      const parent = of.kind.value === "4" ? "" : of.parent.value;
      await model.person.createChannel(model.guild.id, { name: of.name.value, type: Number(of.kind.value), ...(parent && { parent_id: parent }) });
    },
  });
}

// flood lets many people act at once.
export function flood(model) {
  dialog({
    title: "Flood the server", confirm: "Begin", danger: true, text: "Many people join and write at once, to see how a bot takes it. The same seed gives the same flood.",
    fields: [
      field({ name: "people", label: "New people", kind: "number", value: "50", min: 0, max: 10000, hint: "0: those who are there write." }),
      field({ name: "messages", label: "Messages", kind: "number", value: "200", min: 0, max: 1000000 }),
      field({ name: "rate", label: "Messages a minute", kind: "number", value: "1200", min: 0, hint: "0: as fast as can be." }),
      field({ name: "text", label: "What they write", hint: "Empty: they chat.", maxlength: 2000 }),
      field({ name: "seed", label: "Seed", kind: "number", value: "1" }),
    ],
    async send({ elements: of }) {
      const people = Number(of.people.value);
      await model.people.flood({
        guild_id: model.guild.id, seed: Number(of.seed.value), people, joins_per_minute: people && 3000, young: true,
        messages: Number(of.messages.value), messages_per_minute: Number(of.rate.value), text: of.text.value,
      });
      toast("The flood has begun.");
    },
  });
}

// serverItems are the entries for what one may do with the server.
export function serverItems(model) {
  const may = (bit) => has(model.guild.permissions, bit);
  return [
    may(Permission.CreateInvite) && { label: "Invite people", icon: "user-plus", act: () => invite(model) },
    { label: "Join with an invite", icon: "link", act: () => accept(model) },
    may(Permission.ManageChannels) && { label: "Create channel", icon: "plus", act: () => createChannel(model) },
    { label: `Use ${model.nameOf(model.bot)} everywhere`, checked: model.installed, act: (on) => trying(() => model.person.install(on)) },
    { label: "Flood the server", icon: "bolt", act: () => flood(model) },
  ];
}

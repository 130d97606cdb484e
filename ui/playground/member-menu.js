// What a person can do with another one: the application's commands, and moderation by hand.
import { now } from "./clock.js";
import { hex } from "./colour.js";
import { dialog, field } from "./dialog.js";
import { menu } from "./menu.js";
import { has, Permission } from "./permissions.js";
import { toast, trying } from "./popup.js";

const minute = 60_000;
const timeouts = [[1, "60 seconds"], [5, "5 minutes"], [10, "10 minutes"], [60, "1 hour"], [1440, "1 day"], [10080, "1 week"]];
const deletes = [["0", "Nothing"], ["3600", "The last hour"], ["86400", "The last day"], ["604800", "The last 7 days"]];

// memberMenu opens the menu of a user. on = {profile, actAs, mention, run(command, target)}.
export function memberMenu(model, user, anchor, on) {
  const member = model.memberOf(user.id);
  const guild = model.guild;
  const name = model.nameOf(user);
  const me = user.id === model.me.id;
  const may = (bit) => guild && has(guild.permissions, bit);
  const commands = model.commands.filter(({ type }) => type === 2);
  const voice = member && model.voiceOf(user.id);
  const silent = member && Date.parse(member.communication_disabled_until) > now();
  const edit = (change) => model.person.editMember(guild.id, user.id, change);
  menu(anchor, name, [
    on.profile && { label: "Profile", act: () => on.profile(user, anchor) },
    guild && { label: "Mention", act: () => on.mention(user) },
    !user.bot && !me && { label: `Act as ${name}`, icon: "switch-horizontal", act: () => on.actAs(user.id) },
    commands.length > 0 && { label: "Apps", items: () => commands.map((command) => ({ label: command.name, note: model.nameOf(model.bot), act: () => on.run(command, user.id) })) },
    guild && null,
    member && (me ? may(Permission.ChangeNickname) : may(Permission.ManageNicknames)) && { label: "Change nickname", icon: "pencil", act: () => nickname(model, member, edit) },
    member && may(Permission.ManageRoles) && { label: "Roles", items: () => roles(model, member) },
    member && !me && may(Permission.ModerateMembers) && (silent
      ? { label: "Remove timeout", danger: true, icon: "clock", act: () => trying(() => edit({ communication_disabled_until: null })) }
      : { label: `Timeout ${name}`, danger: true, icon: "clock", act: () => timeout(name, edit) }),
    voice && may(Permission.MuteMembers) && { label: "Server mute", checked: voice.mute, act: (on) => trying(() => edit({ mute: on })) },
    voice && may(Permission.DeafenMembers) && { label: "Server deafen", checked: voice.deaf, act: (on) => trying(() => edit({ deaf: on })) },
    voice && may(Permission.MoveMembers) && { label: "Move to", items: () => guild.channels.filter(({ type, id }) => [2, 13].includes(type) && id !== voice.channel_id).map(({ id, name }) => ({ label: name, act: () => trying(() => edit({ channel_id: id })) })) },
    voice && !me && may(Permission.MoveMembers) && { label: "Disconnect", danger: true, icon: "phone-off", act: () => trying(() => edit({ channel_id: null })) },
    member && !me && may(Permission.KickMembers) && { label: `Kick ${name}`, danger: true, icon: "user-minus", act: () => kick(model, user, name) },
    guild && !me && may(Permission.BanMembers) && { label: `Ban ${name}`, danger: true, icon: "gavel", act: () => ban(model, user, name) },
    me && member && { label: `Leave ${guild.name}`, danger: true, icon: "logout", act: () => trying(() => model.person.leave(guild.id).then(() => model.resync())) },
    guild && null,
    { label: "Copy user id", icon: "copy", act: () => copy(user.id) },
  ]);
}

// copy puts a text on the clipboard and says so.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied ${text}`);
  } catch {
    toast(text);
  }
}

function nickname(model, member, edit) {
  dialog({
    title: "Change nickname", confirm: "Save",
    fields: [field({ name: "nick", label: "Nickname", value: member.nick ?? "", maxlength: 32, placeholder: member.user.global_name ?? member.user.username, hint: `Empty shows their own name. It is for ${model.guild.name} alone.` })],
    send: (form) => edit({ nick: form.elements.nick.value || null }),
  });
}

function roles(model, member) {
  return [...model.roles.values()]
    .filter(({ id, managed }) => id !== model.guild.id && !managed)
    .sort((a, b) => b.position - a.position)
    .map((role) => ({
      label: role.name, dot: role.color ? hex(role.color) : "currentColor", checked: member.roles.includes(role.id),
      act: (give) => trying(() => (give ? model.person.giveRole : model.person.takeRole)(model.guild.id, member.user.id, role.id)),
    }));
}

const why = field.bind(null, { name: "reason", label: "Reason", maxlength: 512, hint: "It is in the audit log." });

function timeout(name, edit) {
  dialog({
    title: `Timeout ${name}`, confirm: "Timeout", danger: true,
    text: "They can read, and neither write nor react until it ends.",
    fields: [field({ name: "minutes", label: "How long", kind: timeouts.map(([n, text]) => [String(n), text]), value: "1" }), why()],
    send: (form) => edit({
      communication_disabled_until: new Date(now() + Number(form.elements.minutes.value) * minute).toISOString(),
      reason: form.elements.reason.value,
    }),
  });
}

function kick(model, user, name) {
  dialog({
    title: `Kick ${name}`, confirm: "Kick", danger: true, text: "They leave the server and can come back with an invitation.", fields: [why()],
    send: (form) => model.person.kick(model.guild.id, user.id, form.elements.reason.value),
  });
}

function ban(model, user, name) {
  dialog({
    title: `Ban ${name}`, confirm: "Ban", danger: true, text: "They leave the server and cannot come back until the ban is lifted.",
    fields: [field({ name: "seconds", label: "Delete their messages", kind: deletes, value: "0" }), why()],
    send: (form) => model.person.ban(model.guild.id, user.id, {
      reason: form.elements.reason.value, delete_message_seconds: Number(form.elements.seconds.value),
    }),
  });
}

// What a moderator sees of a server: bans, timeouts, and the last lines of its audit log.
import { now, when } from "./clock.js";
import { newRule, ruleRow } from "./automod.js";
import { h, icon, iconButton, refill } from "./dom.js";
import { time } from "./inline.js";
import { has, Permission } from "./permissions.js";
import { face } from "./people-parts.js";
import { trying } from "./popup.js";

const actions = {
  1: "changed the server", 10: "created a channel", 11: "changed a channel", 12: "deleted a channel", 13: "allowed or denied something in a channel",
  14: "changed what is allowed in a channel", 15: "reset what is allowed in a channel", 20: "kicked", 22: "banned", 23: "unbanned", 24: "changed",
  25: "changed the roles of", 21: "pruned members",
  26: "moved somebody in voice", 27: "disconnected somebody from voice", 28: "added the bot", 30: "created a role", 31: "changed a role", 32: "deleted a role", 40: "made an invite", 42: "deleted an invite",
  50: "made a webhook", 51: "changed a webhook", 52: "deleted a webhook", 60: "added an emoji", 61: "changed an emoji", 62: "deleted an emoji",
  72: "deleted a message of",
  73: "deleted messages in a channel", 74: "pinned a message of", 75: "unpinned a message of", 90: "added a sticker", 91: "changed a sticker", 92: "deleted a sticker", 110: "started a thread",
  111: "changed a thread", 112: "deleted a thread", 140: "made an AutoMod rule", 141: "changed an AutoMod rule", 142: "deleted an AutoMod rule",
  143: "was blocked by AutoMod", 144: "was flagged by AutoMod", 145: "was timed out by AutoMod", 146: "was quarantined by AutoMod",
};

const settles = 100; // milliseconds within which changes are shown together

// moderation keeps the view, which close() leaves.
export function moderation(model, { close }) {
  const root = document.getElementById("moderation");
  let turn = 0;
  async function draw() {
    if (root.hidden || !model.guild) return;
    const mine = ++turn;
    const { guild, person } = model;
    const may = (bit) => has(guild.permissions, bit);
    const [rules, bans, log] = await Promise.all([
      may(Permission.ManageGuild) ? person.rules(guild.id).catch(() => null) : null,
      may(Permission.BanMembers) ? person.bans(guild.id).catch(() => null) : null,
      may(Permission.ViewAuditLog) ? person.auditLog(guild.id).catch(() => null) : null,
    ]);
    if (mine !== turn) return;
    const silent = [...model.members.values()].filter((member) => Date.parse(member.communication_disabled_until) > now());
    refill(root,
      h("div.moderation-head", null, h("h2", null, guild.name), iconButton("x", "Back to the channel", close)),
      part("AutoMod", "shield-check", rules, "Discord's AutoMod has no rules here.", (rule) => ruleRow(model, rule),
        rules && h("button.button.primary", { type: "button", data: { key: "new-rule" }, onclick: () => newRule(model) }, icon("plus"), "New rule")),
      part("Timeouts", "clock", may(Permission.ModerateMembers) && silent, "Nobody is timed out.", (member) => timeoutRow(model, member)),
      part("Bans", "gavel", bans, "Nobody is banned.", (ban) => banRow(model, ban)),
      part("Audit log", "activity", log?.audit_log_entries, "Nothing has been done yet.", (entry) => logRow(model, entry, log.users)));
  }
  let due = 0;
  const soon = () => (due ||= setTimeout(() => ((due = 0), draw()), settles)); // a flood changes much at once
  for (const topic of ["place", "members", "moderation"]) model.on(topic, soon);
  model.on("shown", draw);
}

function part(title, mark, list, none, row, act) {
  return h("section.part", null,
    h("h3", null, icon(mark), title, list && h("span.part-count", null, String(list.length)), act && h("span.part-act", null, act)),
    !list ? h("p.nothing", null, icon("lock"), "You do not have the permission to see this. Act as a moderator.") :
    list.length === 0 ? h("p.nothing", null, none) : h("ul.rows", null, list.map(row)));
}

function timeoutRow(model, member) {
  const until = Date.parse(member.communication_disabled_until);
  return h("li.rows-row", null, face(model, member.user, { size: "medium" }),
    h("div.rows-text", null, h("strong", null, member.name), h("span", null, "Ends ", time(until, "R"))),
    h("button.button.plain", {
      type: "button", data: { key: `timeout-${member.user.id}` },
      onclick: () => trying(() => model.person.editMember(model.guild.id, member.user.id, { communication_disabled_until: null })),
    }, "Remove timeout"));
}

function banRow(model, { user, reason }) {
  return h("li.rows-row", null, face(model, user, { size: "medium" }),
    h("div.rows-text", null, h("strong", null, model.nameOf(user)), h("span", null, reason ? `Reason: ${reason}` : "No reason given")),
    h("button.button.plain", { type: "button", data: { key: `ban-${user.id}` }, onclick: () => trying(() => model.person.unban(model.guild.id, user.id, "")) }, "Lift ban"));
}

function logRow(model, entry, users) {
  const named = (id) => {
    const user = users.find((one) => one.id === id) ?? model.memberOf(id)?.user;
    return user ? model.nameOf(user) : model.roleOf(id)?.name ?? model.channelOf(id)?.name ?? "";
  };
  const by = users.find(({ id }) => id === entry.user_id) ?? model.memberOf(entry.user_id)?.user;
  const changes = (entry.changes ?? []).map(change).filter(Boolean).join(" · ");
  return h("li.rows-row", null, by && face(model, by, { size: "medium" }),
    h("div.rows-text", null,
      h("span", null, h("strong", null, named(entry.user_id)), ` ${actions[entry.action_type] ?? `did ${entry.action_type}`} `, h("strong", null, entry.target_id && entry.target_id !== entry.user_id ? named(entry.target_id) : entry.options?.auto_moderation_rule_name ?? "")),
      changes && h("span", null, changes), entry.reason && h("span", null, `Reason: ${entry.reason}`)),
    h("time.rows-time", { datetime: new Date(instantOf(entry.id)).toISOString() }, when(instantOf(entry.id))));
}

function change({ key, old_value: before, new_value: after }) {
  if (key === "$add") return `+ ${after.map(({ name }) => name).join(", ")}`;
  if (key === "$remove") return `− ${after.map(({ name }) => name).join(", ")}`;
  if (key === "communication_disabled_until") return after ? `timeout until ${when(Date.parse(after))}` : "timeout ended";
  if (key === "nick") return `nickname ${before ?? "none"} → ${after ?? "none"}`;
  return `${key} ${show(before)} → ${show(after)}`;
}

const show = (value) => (value === undefined || value === null ? "none" : typeof value === "object" ? JSON.stringify(value) : String(value));

// instantOf is when a snowflake was made, in milliseconds.
const instantOf = (id) => Number(BigInt(id) >> 22n) + 1420070400000;

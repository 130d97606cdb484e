// What Discord's AutoMod says: alerts for moderators, and what the author of a blocked message sees.
import { stamp, when } from "./clock.js";
import { dialog, field } from "./dialog.js";
import { h, icon } from "./dom.js";
import { face, nameTag } from "./people-parts.js";
import { trying } from "./popup.js";

const autoModType = 24;

export const isAutoMod = ({ type }) => type === autoModType;

// autoModItem draws an alert, or the notice of a blocked message, as an item of the list.
export function autoModItem(model, message, on) {
  const [embed] = message.embeds;
  const notice = embed?.type === "auto_moderation_notification";
  const of = Object.fromEntries(embed?.fields?.map(({ name, value }) => [name, value]) ?? []);
  return h("li.message.automod", { id: `message-${message.id}`, tabindex: -1, data: { id: message.id, author: message.author.id }, class: notice ? "ephemeral" : "" },
    h("div.message-row", null,
      h("span.automod-mark", { "aria-hidden": "true" }, icon("shield-check")),
      h("div.message-main", null, notice ? blocked(message, embed, on) : alert(model, message, embed, of, on))));
}

function head(message, ...rest) {
  const at = Date.parse(message.timestamp);
  return h("h2.message-head", null, h("span.name.automod-name", null, "AutoMod"), rest, h("time.message-time", { datetime: message.timestamp, title: stamp(at, "F") }, when(at)));
}

function blocked(message, embed, on) {
  return [
    head(message),
    h("p.blocked-text", null, embed.description),
    h("p.broken", { role: "alert" }, icon("shield-x"), embed.title),
    h("p.only-you", null, icon("eye"), "Only you can see this · ", h("button.link", { type: "button", onclick: () => on.dismiss(message) }, "Dismiss message")),
  ];
}

function alert(model, message, embed, of, on) {
  const channel = of.channel_id && model.channelOf(of.channel_id);
  const did = of.decision_outcome === "blocked" ? "has blocked a message" : of.channel_id ? "has flagged a message" : "has flagged a name";
  return [
    head(message, h("span.automod-did", null, ` ${did}${channel ? ` in #${channel.name}` : ""}`)),
    h("article.automod-card", null,
      h("p.automod-author", null, face(model, message.author, { size: "small" }), nameTag(model, message.author, (event) => on.profile(message.author, event.currentTarget))),
      h("p.automod-text", null, marked(embed.description ?? "", of.keyword_matched_content)),
      h("p.automod-why", null, [of.keyword && `Keyword: ${of.keyword}`, `Rule: ${of.rule_name}`, of.timeout_duration && `Timeout: ${lasting(Number(of.timeout_duration))}`].filter(Boolean).join(" · "))),
  ];
}

// marked shows in a text what a rule has found.
function marked(text, part) {
  const at = part ? text.indexOf(part) : -1;
  return at < 0 ? text : [text.slice(0, at), h("mark", null, part), text.slice(at + part.length)];
}

const lasting = (seconds) => (seconds < 3600 ? `${seconds / 60} min` : seconds < 86400 ? `${seconds / 3600} h` : `${seconds / 86400} d`);

const triggers = { 1: "Words", 3: "Spam", 4: "Discord's lists of words", 5: "Mentions", 6: "Names" };
const actions = { 1: "block", 2: "alert", 3: "timeout", 4: "quarantine" };

// ruleRow is one rule in a moderator's view.
export function ruleRow(model, rule) {
  const { keyword_filter: words = [], regex_patterns: patterns = [], mention_total_limit: limit } = rule.trigger_metadata;
  const what = [...words, ...patterns.map((one) => `/${one}/`)].slice(0, 8).join(", ");
  const about = [triggers[rule.trigger_type], what, limit && `more than ${limit}`, rule.actions.map(({ type }) => actions[type]).join(", ")];
  const change = (what) => trying(() => model.person.editRule(model.guild.id, rule.id, what));
  return h("li.rows-row", { class: rule.enabled ? "" : "off" }, icon(rule.enabled ? "shield-check" : "shield"),
    h("div.rows-text", null, h("strong", null, rule.name), h("span", null, about.filter(Boolean).join(" · "))),
    h("button.button.plain", { type: "button", data: { key: `rule-${rule.id}` }, onclick: () => change({ enabled: !rule.enabled }) }, rule.enabled ? "Disable" : "Enable"),
    h("button.button.plain", { type: "button", "aria-label": `Delete ${rule.name}`, data: { key: `rule-delete-${rule.id}` }, onclick: () => trying(() => model.person.deleteRule(model.guild.id, rule.id)) }, icon("trash")));
}

const silences = [["0", "None"], ["60", "60 seconds"], ["300", "5 minutes"], ["3600", "1 hour"], ["86400", "1 day"]];

// newRule asks for a rule that looks for words.
export function newRule(model) {
  const { guild, person } = model;
  const channels = guild.channels.filter(({ type }) => type === 0).map(({ id, name }) => [id, `#${name}`]);
  dialog({
    title: "New AutoMod rule", confirm: "Create", text: "It looks for words in what people write. Whoever manages the server is exempt.",
    fields: [
      field({ name: "name", label: "Name", maxlength: 100, value: "Custom keywords", required: true }),
      field({ name: "words", label: "Words", hint: "With commas between them. cat* finds words that begin so, *cat* any that contain it.", required: true }),
      field({ name: "message", label: "What the author is told", maxlength: 150, hint: "Empty: that the content is blocked by this server." }),
      field({ name: "alert", label: "Alert in", kind: [["", "No channel"], ...channels], value: channels.find(([, name]) => name.includes("mod"))?.[0] ?? "" }),
      field({ name: "timeout", label: "Timeout", kind: silences, value: "0" }),
    ],
    send({ elements: of }) {
      const list = [{ type: 1, metadata: of.message.value ? { custom_message: of.message.value } : {} }];
      if (of.alert.value) list.push({ type: 2, metadata: { channel_id: of.alert.value } });
      if (of.timeout.value !== "0") list.push({ type: 3, metadata: { duration_seconds: Number(of.timeout.value) } });
      const words = of.words.value.split(",").map((word) => word.trim()).filter(Boolean);
      return person.createRule(guild.id, { name: of.name.value, event_type: 1, trigger_type: 1, enabled: true, trigger_metadata: { keyword_filter: words }, actions: list });
    },
  });
}

// Members, roles and channels as items of a list to choose from.
import { hex, readable } from "./colour.js";
import { h, icon } from "./dom.js";
import { face } from "./people-parts.js";

const most = 25; // that Discord shows at once

const begins = (q) => (...names) => names.some((name) => name?.toLowerCase().includes(q));

// userItems finds members by name, those first whose name begins with what is asked for.
export function userItems(model, query = "") {
  const q = query.replace(/^@/, "").toLowerCase();
  const fits = begins(q);
  return [...model.members.values()]
    .filter(({ name, user }) => fits(name, user.username, user.id))
    .sort((a, b) => b.name.toLowerCase().startsWith(q) - a.name.toLowerCase().startsWith(q))
    .slice(0, most)
    .map((member) => userItem(model, member.user));
}

// userItem is one user, member or not.
export function userItem(model, user) {
  return {
    key: `user-${user.id}`, value: user.id, user, label: model.nameOf(user), detail: user.username, section: "Members",
    picture: face(model, user, { size: "small" }), colour: readable(model.memberOf(user.id)?.color),
  };
}

// roleItems finds roles by name, highest first; without @everyone unless everyone is set.
export function roleItems(model, query = "", { everyone = false } = {}) {
  const fits = begins(query.replace(/^@/, "").toLowerCase());
  return [...model.roles.values()]
    .filter(({ id, name }) => (everyone || id !== model.guild.id) && fits(name, id))
    .sort((a, b) => b.position - a.position)
    .slice(0, most)
    .map((role) => ({
      key: `role-${role.id}`, value: role.id, label: role.name, section: "Roles", colour: readable(role.color),
      picture: h("span.dot", { style: role.color ? { "background-color": hex(role.color) } : {} }),
    }));
}

const channelIcons = { 2: "volume", 4: "chevron-down", 5: "speakerphone", 10: "messages", 11: "messages", 12: "lock", 13: "broadcast", 15: "message-2" };

// channelIcon is how a channel of this type is marked.
export const channelIcon = (type) => icon(channelIcons[type] ?? "hash");

// channelItems finds channels by name; types restricts them, empty means all but categories.
export function channelItems(model, query = "", types = []) {
  const fits = begins(query.replace(/^#/, "").toLowerCase());
  return (model.guild?.channels ?? [])
    .filter(({ id, name, type }) => (types.length ? types.includes(type) : type !== 4) && fits(name, id))
    .slice(0, most)
    .map((channel) => ({
      key: `channel-${channel.id}`, value: channel.id, label: channel.name, section: "Channels", picture: channelIcon(channel.type),
    }));
}

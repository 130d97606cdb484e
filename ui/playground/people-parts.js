// Small parts in which people are shown: faces, names, badges.
import { readable } from "./colour.js";
import { h, icon } from "./dom.js";

// face is a user's picture; with a status it has the dot that tells whether they are there.
export function face(model, user, { status, size = "" } = {}) {
  return h(`span.face${size && `.${size}`}`, null,
    h("img", { src: model.faceOf(user), alt: "", width: 40, height: 40, loading: "lazy", draggable: "false" }),
    status && h(`span.status.${status}`, { role: "img", "aria-label": statusWord[status] }));
}

const statusWord = { online: "Online", idle: "Idle", dnd: "Do not disturb", offline: "Offline" };

// badge marks an application.
export function badge() {
  return h("span.app-badge", null, icon("check"), "APP");
}

// colourOf is how a user's name is coloured in the open guild, or null.
export const colourOf = (model, user) => readable(model.memberOf(user.id)?.color);

// nameTag is a user's name in their colour. With onclick it is a button.
export function nameTag(model, user, onclick) {
  const colour = colourOf(model, user);
  const style = colour ? { color: colour } : {};
  const name = model.nameOf(user);
  if (!onclick) return h("span.name", { style }, name);
  return h("button.name", { type: "button", style, data: { key: `name-${user.id}` }, onclick }, name);
}

// mentionsIn shows what the ids in a text stand for, in the open guild: people by their names when the
// client has met them, else by their ids, as in Discord's. open is called with a user and an anchor.
export function mentionsIn(model, message, open) {
  return {
    user(id) {
      const user = message?.mentions.find((one) => one.id === id) ?? model.met.get(id);
      if (!user) return h("span.mention", { data: { unmet: id } }, `<@${id}>`);
      return h("button.mention", { type: "button", onclick: (event) => open(user, event.currentTarget) }, `@${model.nameOf(user)}`);
    },
    role(id) {
      const role = model.roleOf(id);
      const colour = readable(role?.color);
      return h("span.mention", { style: colour ? { color: colour, "--tint": colour } : {} }, `@${role?.name ?? "unknown-role"}`);
    },
    channel(id) {
      const channel = model.channelOf(id);
      if (!channel) return h("span.mention", null, "#unknown");
      return h("a.mention", { href: model.addressOf({ channel: id }) }, `#${channel.name}`);
    },
  };
}

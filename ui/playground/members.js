// The members on the right, by the roles that are shown apart.
import { readable } from "./colour.js";
import { h, icon, refill, rove } from "./dom.js";
import { badge, face } from "./people-parts.js";

// members keeps the list as the model has it. on = {profile, actAs}.
export function members(model, on) {
  const root = document.getElementById("members");
  function draw() {
    const top = root.scrollTop;
    if (!model.guild) {
      refill(root);
      return;
    }
    const rest = model.guild.member_count - model.members.size;
    let first = true; // in the tab order
    refill(root, groups(model).map(({ name, list }) => {
      const id = `members-${name.replace(/\W+/g, "-")}`;
      return [
        h("h2.members-head", { id }, `${name} — ${list.length}`),
        h("ul", { "aria-labelledby": id }, list.map((member) => {
          const one = row(member, first);
          first = false;
          return one;
        })),
      ];
    }), rest > 0 && h("p.members-rest", null, `and ${rest.toLocaleString("en")} more`));
    root.scrollTop = top;
  }

  function row(member, first) {
    const { user } = member;
    const me = user.id === model.me.id;
    const colour = member.status === "offline" ? null : readable(member.color);
    const silent = Date.parse(member.communication_disabled_until) > Date.now();
    return h("li.member", { class: `${member.status === "offline" ? "away" : ""}${me ? " me" : ""}`, data: { user: user.id } },
      h("button.member-button", { type: "button", tabindex: first ? 0 : -1, data: { key: `member-${user.id}` }, onclick: (event) => on.profile(user, event.currentTarget) },
        face(model, user, { status: member.status, size: "medium" }),
        h("span.member-name", { style: colour ? { color: colour } : {} }, member.name),
        member.owner && icon("crown", "Owner"), silent && icon("clock", "Timed out"), user.bot && badge()),
      me && h("span.member-me", null, "You"),
      !user.bot && !me && h("button.act-as", { type: "button", title: `Act as ${member.name}`, "aria-label": `Act as ${member.name}`, onclick: () => on.actAs(user.id) }, icon("switch-horizontal")));
  }
  rove(root, ".member-button");
  model.on("place", draw);
  model.on("members", draw);
}

function groups(model) {
  const byHoist = new Map();
  for (const member of model.members.values()) {
    const key = member.status === "offline" ? "offline" : model.roles.has(member.hoist) ? member.hoist : "online";
    if (!byHoist.has(key)) byHoist.set(key, []);
    byHoist.get(key).push(member);
  }
  const rank = (key) => (key === "offline" ? -2 : key === "online" ? -1 : model.roleOf(key).position);
  return [...byHoist].sort(([a], [b]) => rank(b) - rank(a)).map(([key, list]) => ({
    name: { offline: "Offline", online: "Online" }[key] ?? model.roleOf(key).name,
    list: list.sort((a, b) => a.name.localeCompare(b.name)),
  }));
}

// The card of a person.
import { stamp } from "./clock.js";
import { hex } from "./colour.js";
import { h, icon } from "./dom.js";
import { badge, face } from "./people-parts.js";
import { float } from "./popup.js";

// profile opens the card of a user at an anchor. actAs makes them the one who acts; manage opens the
// menu of what the acting person can do with them.
export function profile(model, user, anchor, { actAs, manage }) {
  model.meet(user);
  const member = model.memberOf(user.id);
  const roles = (member?.roles ?? []).map(model.roleOf).filter(Boolean).sort((a, b) => b.position - a.position);
  const name = model.nameOf(user);
  const top = roles.find(({ color }) => color);
  const me = user.id === model.me.id;
  const card = h("div.card", { role: "dialog", "aria-label": name, tabindex: -1 },
    h("div.card-band", { style: top ? { "background-color": hex(top.color) } : {} }),
    h("div.card-face", null, face(model, user, { status: member?.status, size: "large" })),
    h("div.card-body", null,
      h("h2", null, name, user.bot && badge()),
      h("p.card-user", null, user.username),
      member && h("p.card-line", null, icon("clock"), `Here since ${stamp(Date.parse(member.joined_at), "D")}`),
      !member && model.guild && h("p.card-line", null, icon("logout"), `Not in ${model.guild.name}`),
      roles.length > 0 && h("ul.card-roles", { "aria-label": "Roles" }, roles.map((role) => h("li", null, h("span.dot", { style: role.color ? { "background-color": hex(role.color) } : {} }), role.name))),
      h("div.card-acts", null,
        !user.bot && (me
          ? h("p.card-line", null, icon("user-circle"), "You act as this person")
          : h("button.button.primary", { type: "button", onclick: () => { handle.close(false); actAs(user.id); } }, icon("switch-horizontal"), `Act as ${name}`)),
        h("button.button.plain", { type: "button", onclick: (event) => manage(user, event.currentTarget) }, icon("dots"), "More"))));
  const handle = float(card, anchor, { side: "beside" });
  (card.querySelector("button") ?? card).focus({ preventScroll: true });
}

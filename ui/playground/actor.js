// Who acts: always in sight, and changed with one press.
import { dialog, field } from "./dialog.js";
import { h, icon, iconButton, refill } from "./dom.js";
import { Listbox } from "./listbox.js";
import { face } from "./people-parts.js";
import { float, trying } from "./popup.js";

const standing = { owner: "Owner", moderator: "Moderator" };

// actor keeps the panel at the bottom left. actAs makes a user the one who acts. It returns
// {newcomer, choose(anchor)}, which open the window and the list for it.
export function actor(model, { actAs }) {
  const root = document.getElementById("actor");
  function draw() {
    const member = model.memberOf(model.me.id);
    refill(root,
      h("button.actor-button", { type: "button", "aria-haspopup": "dialog", data: { key: "actor" }, title: "Act as someone else", "aria-label": `You act as ${model.nameOf(model.me)}. Act as someone else`, onclick: (event) => choose(event.currentTarget) },
        face(model, model.me, { status: member?.status ?? "offline" }),
        h("span.actor-text", null, h("strong", null, model.nameOf(model.me)), h("small", null, "Acting as ", model.me.username)),
        icon("switch-horizontal")),
      iconButton("user-plus", "A new person", () => newcomer(), { data: { key: "newcomer" } }));
  }

  function choose(anchor) {
    const search = h("input.input", { type: "text", placeholder: "Find someone", "aria-label": "Find someone to act as" });
    const panel = h("div.select-panel.people-panel", { role: "dialog", "aria-label": "Act as" }, h("h2", null, "Act as"), search);
    const list = new Listbox({ input: search, label: "People", host: panel, onPick: (item) => { handle.close(); actAs(item.value); } });
    let asked = 0;
    const show = async () => {
      const turn = ++asked;
      const q = search.value.trim();
      const near = people(q);
      list.show(near, { empty: "Nobody is called that." });
      handle?.place();
      const found = await model.people.find(q).catch(() => []);
      if (turn !== asked || !panel.isConnected) return;
      const known = new Set(near.map(({ value }) => value));
      list.show([...near, ...found.filter(({ id, bot }) => !bot && !known.has(id)).slice(0, 50).map((user) => item(user, "Others"))], { empty: "Nobody is called that." });
    };
    const handle = float(panel, anchor, { side: "above" });
    search.addEventListener("input", show);
    search.addEventListener("keydown", (event) => list.key(event) || (event.key === "Tab" && handle.close()));
    show();
    search.focus({ preventScroll: true });
  }

  function people(q) {
    const fits = (member) => !member.user.bot && `${member.name} ${member.user.username}`.toLowerCase().includes(q.toLowerCase());
    const rank = ({ user }) => ["owner", "moderator"].indexOf(role(user.id)) >>> 0;
    return [...model.members.values()].filter(fits).sort((a, b) => rank(a) - rank(b)).slice(0, 100).map(({ user }) => item(user, model.guild?.name));
  }

  const role = (id) => model.details.members.find((one) => one.id === id)?.role;
  const item = (user, section) => ({
    key: user.id, value: user.id, label: model.nameOf(user), section, picture: face(model, user, { size: "small" }),
    aside: model.guild?.owner_id === user.id ? "Owner" : standing[role(user.id)] ?? user.username, selected: user.id === model.me.id,
  });

  function newcomer() {
    const into = model.guild;
    dialog({
      title: "A new person", confirm: into ? `Join ${into.name}` : "Create",
      text: "An account that did not exist before. You act as it from then on.",
      fields: [field({ name: "name", label: "Name", maxlength: 32, required: true, placeholder: "Tim" })],
      async send(form) {
        const name = form.elements.name.value.trim();
        if (name.length < 2) throw new Error("Name: between 2 and 32 characters.");
        const user = await create(name);
        if (into) await model.people.as(user.id).join(into.id);
        await actAs(user.id);
      },
    });
  }
  // create makes an account with a username like the name, with digits after it when that is taken.
  async function create(name) {
    const username = name.toLowerCase().replace(/[^a-z0-9_.]/g, "").slice(0, 24);
    try {
      return await model.people.create({ username, global_name: name });
    } catch {
      return model.people.create({ username: `${username || "newcomer"}${Math.floor(Math.random() * 1e6)}`, global_name: name });
    }
  }

  model.on("place", draw);
  model.on("members", draw);
  return { newcomer, choose };
}

// lonely is what is shown to someone who is in no server: those that they can join.
export function lonely(model) {
  return h("div.nothing", null,
    h("h2", null, `${model.nameOf(model.me)} is in no server`),
    model.details.guilds.map(({ id, name }) =>
      h("button.button.primary", { type: "button", onclick: () => trying(() => model.person.join(id).then(() => model.enter({ me: model.me.id, guild: id }))) }, `Join ${name}`)));
}

// The column of servers on the left.
import { h, icon, refill } from "./dom.js";

// guilds keeps the column as the model has it.
export function guilds(model, { direct }) {
  const root = document.getElementById("guilds");
  function draw() {
    refill(root,
      h("ul", null,
        h("li", { class: model.guild ? "" : "open" },
          h("button.guild.home", { type: "button", "aria-label": "Direct messages", title: "Direct messages", "aria-current": !model.guild && "page", data: { key: "direct" }, onclick: direct }, icon("message-circle"))),
        h("li.rail-line", { "aria-hidden": "true" }),
        model.guilds.map((guild) => {
          const open = guild.id === model.guild?.id;
          return h("li", { class: open ? "open" : "" },
            h("a.guild", { href: model.addressOf({ guild: guild.id }), "aria-label": guild.name, title: guild.name, "aria-current": open && "page", data: { key: guild.id } },
              picture(model, guild)));
        })));
  }
  model.on("place", draw);
}

function picture(model, { id, icon: hash, name }) {
  if (hash) return h("img", { src: `${model.cdn}/icons/${id}/${hash}.svg`, alt: "", width: 48, height: 48, draggable: "false" });
  return h("span", null, name.split(/\s+/).map((word) => word[0]).join("").slice(0, 3));
}

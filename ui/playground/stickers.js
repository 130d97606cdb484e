// Choosing one of the server's stickers.
import { h } from "./dom.js";
import { float, trying } from "./popup.js";

// chooseSticker offers the stickers and sends the one that is pressed.
export function chooseSticker(model, anchor, sent) {
  const take = (id) => {
    handle.close();
    trying(() => model.person.write(model.channel.id, { sticker_ids: [id] }).then(sent));
  };
  const panel = h("div.sticker-grid", { role: "group", "aria-label": "Stickers" }, model.guild.stickers.map(({ id, name }) =>
    h("button", { type: "button", onclick: () => take(id) }, h("img", { src: `${model.cdn}/stickers/${id}.png`, alt: "", width: 56, height: 56 }), name)));
  const handle = float(panel, anchor, { side: "above" });
  panel.querySelector("button").focus({ preventScroll: true });
}

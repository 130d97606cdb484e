// Who is typing in the open channel.
import { h, refill } from "./dom.js";

// typing keeps the line below the message box.
export function typing(model) {
  const root = document.getElementById("typing");
  function draw() {
    const names = [...model.typing.keys()].map((id) => model.memberOf(id)?.name ?? "Someone");
    const said = names.length > 3 ? "Several people are typing…" :
      names.length === 0 ? "" : `${new Intl.ListFormat("en").format(names)} ${names.length === 1 ? "is" : "are"} typing…`;
    refill(root, said && [h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i")), said]);
  }
  model.on("typing", draw);
  model.on("place", draw);
}

// Swaps that keep what is there (focus, scroll, open menus): hx-swap="morph" and "morph:innerHTML".
// The extension that idiomorph ships reads its options with eval, which our policy forbids.
import htmx from "./htmx.js";
import { Idiomorph } from "idiomorph/dist/idiomorph.esm.js";

const styles = { morph: "outerHTML", "morph:outerHTML": "outerHTML", "morph:innerHTML": "innerHTML" };

htmx.defineExtension("morph", {
  isInlineSwap: (swap) => styles[swap] === "outerHTML",
  handleSwap: (swap, target, fragment) => {
    const morphStyle = styles[swap];
    return morphStyle ? Idiomorph.morph(target, fragment.children, { morphStyle, ignoreActiveValue: true }) : false;
  },
});

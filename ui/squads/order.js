// A list whose items are dragged by their grip: [data-order] names the form that is sent with the new
// order, in which every item has an input. Keyboards use the buttons that each item has besides.
import Sortable from "sortablejs";

export function order(root) {
  for (const list of root.querySelectorAll("[data-order]")) {
    if (Sortable.get(list)) continue;
    Sortable.create(list, {
      handle: "[data-order-grip]",
      draggable: "[data-order-item]",
      forceFallback: true, // the same with a mouse, a pen and a finger
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
      onEnd: ({ oldIndex, newIndex }) => {
        if (oldIndex !== newIndex) document.getElementById(list.dataset.order).requestSubmit();
      },
    });
  }
}

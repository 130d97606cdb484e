// Things that float over the page beside what opened them.
import { h } from "./dom.js";

const gap = 6; // pixels between the two

// float shows a panel beside an anchor, an element or a point {x, y}, until Escape, a press
// elsewhere or close(). side is above, below or beside; where there is no room it is turned over.
export function float(panel, anchor, { side = "below", onClose, match = false } = {}) {
  const layer = (anchor instanceof Element && anchor.closest("dialog")) || document.getElementById("floats");
  panel.classList.add("floating");
  layer.append(panel);
  const before = document.activeElement;
  const place = () => position(panel, anchor, side, match);
  const pressed = (event) => {
    if (!panel.contains(event.target) && !(anchor instanceof Element && anchor.contains(event.target))) handle.close();
  };
  const keyed = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    handle.close();
  };
  const handle = {
    panel,
    place,
    open: true,
    close(refocus = true) {
      if (!handle.open) return;
      handle.open = false;
      removeEventListener("pointerdown", pressed, true);
      removeEventListener("keydown", keyed, true);
      removeEventListener("resize", place);
      const inside = panel.contains(document.activeElement);
      panel.remove();
      if (refocus && inside && before?.isConnected) before.focus({ preventScroll: true });
      onClose?.();
    },
  };
  addEventListener("pointerdown", pressed, true);
  addEventListener("keydown", keyed, true);
  addEventListener("resize", place);
  place();
  return handle;
}

function position(panel, anchor, side, match) {
  const at = anchor instanceof Element ? anchor.getBoundingClientRect() : new DOMRect(anchor.x, anchor.y, 0, 0);
  if (match) panel.style.setProperty("width", `${Math.max(at.width, Math.min(240, innerWidth - 16))}px`);
  panel.style.setProperty("max-height", `${innerHeight - 16}px`);
  const { width, height } = panel.getBoundingClientRect();
  const above = at.top - height - gap;
  const below = at.bottom + gap;
  let [left, top] = [at.left, below];
  if (side === "above") top = above < 8 && below + height < innerHeight - 8 ? below : above;
  else if (side === "beside") {
    left = at.right + gap + width > innerWidth - 8 ? at.left - gap - width : at.right + gap;
    top = at.top;
  } else if (below + height > innerHeight - 8 && above > 8) top = above;
  panel.style.setProperty("left", `${clamp(left, innerWidth - width)}px`);
  panel.style.setProperty("top", `${clamp(top, innerHeight - height)}px`);
}

const clamp = (value, room) => Math.max(8, Math.min(value, room - 8));

// toast says a short sentence for a few seconds.
export function toast(text, kind = "") {
  const root = document.getElementById("toasts");
  const line = h(`p.toast${kind && `.${kind}`}`, null, text);
  root.append(line);
  setTimeout(() => line.remove(), kind ? 6000 : 3000);
}

// trying runs what may be refused, and tells the person when it is. It resolves to whether it worked.
export async function trying(act) {
  try {
    await act();
    return true;
  } catch (refused) {
    toast(refused.message, "bad");
    return false;
  }
}

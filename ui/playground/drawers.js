// On a narrow screen channels and members are drawers over the messages.

const narrow = matchMedia("(max-width: 860px)");

// drawers opens and closes them: the result is {toggle(part), isNarrow}. part is "side" or "members".
export function drawers() {
  const backdrop = document.getElementById("backdrop");
  const parts = { side: document.getElementById("side"), members: document.getElementById("members") };
  let before;

  function show(open) {
    for (const [name, element] of Object.entries(parts)) {
      element.classList.toggle("drawn", name === open);
      element.inert = narrow.matches && name !== open;
    }
    document.getElementById("talk").inert = Boolean(open);
    backdrop.hidden = !open;
    if (open) {
      before = document.activeElement;
      parts[open].querySelector("a, button")?.focus({ preventScroll: true });
    } else {
      before?.focus?.({ preventScroll: true });
      before = null;
    }
  }
  const openPart = () => Object.keys(parts).find((name) => parts[name].classList.contains("drawn"));
  backdrop.addEventListener("click", () => show());
  addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && openPart() && show());
  narrow.addEventListener("change", () => show());
  show();
  return {
    isNarrow: () => narrow.matches,
    toggle: (part) => show(openPart() === part ? undefined : part),
    close: () => openPart() && show(),
  };
}

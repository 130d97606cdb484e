// The front page's comfort: cards fade in, the code window follows the pointer, the menu closes.
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

if (!calm && "IntersectionObserver" in window) {
  // What is below the fold hides when scrolling begins and not before: who prints the page, or takes a
  // picture of all of it, has all of it.
  addEventListener("scroll", () => {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        entry.target.classList.remove("is-waiting");
        seen.unobserve(entry.target);
      }
    }, { rootMargin: "0px 0px -8% 0px" });
    for (const card of document.querySelectorAll("[data-reveal]")) {
      if (card.getBoundingClientRect().top < innerHeight) continue;
      card.classList.add("is-waiting");
      seen.observe(card);
    }
  }, { once: true, passive: true });
}

const tilted = document.querySelector("[data-tilt]");
if (tilted && !calm && matchMedia("(hover: hover) and (min-width: 901px)").matches) {
  addEventListener("pointermove", ({ clientX, clientY }) => {
    tilted.style.setProperty("--tilt-y", `${-7 + (clientX / innerWidth - 0.5) * 10}deg`);
    tilted.style.setProperty("--tilt-x", `${3 - (clientY / innerHeight - 0.5) * 8}deg`);
  }, { passive: true });
}

const drawer = document.querySelector(".drawer");
if (drawer) {
  drawer.addEventListener("click", (event) => { if (event.target.closest("a")) drawer.open = false; });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer.open) return;
    drawer.open = false;
    drawer.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => { if (!drawer.contains(event.target)) drawer.open = false; });
}

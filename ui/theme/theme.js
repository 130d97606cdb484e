// Runs before the first paint: someone who has chosen no theme gets the one of their system. The
// choice itself is a cookie, so the server has already written it into the page.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
if (root.dataset.themeChoice === "auto") {
  follow();
  dark.addEventListener("change", follow);
}

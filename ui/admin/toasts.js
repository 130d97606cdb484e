// Toasts say what happened and go by themselves; an error stays until it is closed.
const stay = 6000;

function arm(toast) {
  if (toast.dataset.armed) return;
  toast.dataset.armed = "yes";
  if (toast.dataset.tone !== "danger") setTimeout(() => toast.remove(), stay);
}

export function toasts() {
  const list = document.getElementById("toasts");
  if (!list) return;
  const armAll = () => list.querySelectorAll(".toast").forEach(arm);
  armAll();
  new MutationObserver(armAll).observe(list, { childList: true });
  list.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast").remove());
  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(failure, () => {
      const template = document.getElementById("toast-offline");
      if (!list.querySelector("[data-offline]")) list.append(template.content.cloneNode(true));
    });
  }
}

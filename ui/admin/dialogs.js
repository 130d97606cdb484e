// A link with hx-target="#dialog-body" opens the page it leads to in a dialog. Without script it
// simply leads there.
import htmx from "./htmx.js";

export function dialogs() {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  const body = document.getElementById("dialog-body");
  let opener = null;

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === body) opener = event.detail.elt.closest("#dialog-body") ? opener : event.detail.elt;
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== body || dialog.open || !body.firstElementChild) return;
    dialog.showModal();
    (body.querySelector("[autofocus]") ?? body.querySelector("h1, h2"))?.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("close", () => {
    body.replaceChildren();
    opener?.isConnected && opener.focus();
  });
  // The server says so when a form in the dialog has done its work.
  document.body.addEventListener("dialog:done", () => dialog.close());
  htmx.config.refreshOnHistoryMiss = true;
}

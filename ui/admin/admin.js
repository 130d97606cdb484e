// The dashboard's behaviour. Everything here is comfort: without it each page still reads and each
// form still sends.
import htmx from "./htmx.js";
import "htmx-ext-sse";
import "./morph.js";
import { charts } from "./chart.js";
import { ago } from "./ago.js";
import { menus } from "./menus.js";
import { dialogs } from "./dialogs.js";
import { toasts } from "./toasts.js";
import { presets } from "./presets.js";
import { order } from "../squads/order.js";

menus();
dialogs();
toasts();
presets();

htmx.onLoad((root) => {
  charts(root.parentElement ?? root);
  ago(root);
  order(root.parentElement ?? root);
});

// A connection that came back may have missed something: whoever waits for events looks again.
const connected = new WeakSet();
document.body.addEventListener("htmx:sseOpen", (event) => {
  const at = event.target;
  if (connected.has(at)) {
    for (const part of document.querySelectorAll("[data-live]")) htmx.trigger(part, "sse:resync");
  }
  connected.add(at);
});

// Two presses of one button are one request.
document.body.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// htmx as a global, which its extensions look for; imports run in order, so this one comes first.
import htmx from "htmx.org/dist/htmx.esm.js";
window.htmx = htmx;
export default htmx;

// Pictures in messages. The page loads nothing from elsewhere, so those of other hosts are links.
import { h, icon } from "./dom.js";

const discord = "https://cdn.discordapp.com/";

// picture shows what an address holds, or a link to it.
export function picture(model, url, { alt = "", kind = "picture" } = {}) {
  const own = local(model, url);
  if (own) return h(`img.${kind}`, { src: own, alt, loading: "lazy" });
  const host = safe(url) && new URL(url).host;
  return host ? h(`a.${kind}.elsewhere`, { href: url, target: "_blank", rel: "noopener noreferrer" }, icon("external-link"), `Picture on ${host}`) : null;
}

function local(model, url) {
  if (url?.startsWith(discord)) return `${model.cdn}/${url.slice(discord.length)}`;
  return url?.startsWith(`${model.home}/`) ? url.slice(model.home.length) : null;
}

// localFile is the address of an uploaded file on this page's own host.
export const localFile = (model, url) => local(model, url) ?? (safe(url) ? url : null);

// safe reports whether an address may be a link.
export const safe = (url) => /^https?:\/\//.test(url ?? "");

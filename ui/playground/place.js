// Where the page is, in its address: who acts, and which channel is open. So a place can be linked
// to, and two windows can act as two people.

// read returns {me, guild, channel} of the address; parts may be missing.
export function read() {
  const parts = new URLSearchParams(location.hash.slice(1));
  return { me: parts.get("as") ?? undefined, guild: parts.get("at") ?? undefined, channel: parts.get("in") ?? undefined };
}

// address writes a place as a link.
export function address({ me, guild, channel }) {
  const parts = new URLSearchParams({ as: me });
  if (channel) parts.set("in", channel);
  else if (guild) parts.set("at", guild);
  return `#${parts}`;
}

// last is who acted when the page was last open, or null.
export const last = () => localStorage.getItem("playground.me");

// keep writes the place into the address, without a step in the history, and remembers who acts.
export function keep(place) {
  localStorage.setItem("playground.me", place.me);
  if (location.hash !== address(place)) history.replaceState(null, "", address(place));
}

// Times are said relative to now ("3 minutes ago") and kept so; the exact one is in the title.
const { lang, dataset } = document.documentElement;
const words = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];

function say(time) {
  const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
  const unit = units.find(([, size]) => Math.abs(seconds) >= size);
  const text = unit ? words.format(Math.trunc(seconds / unit[1]), unit[0]) : seconds > 0 ? dataset.soon : dataset.now;
  if (time.textContent !== text) time.textContent = text;
}

export function ago(root) {
  if (root.matches?.("time[data-ago]")) say(root);
  root.querySelectorAll("time[data-ago]").forEach(say);
}

setInterval(() => { if (!document.hidden) ago(document); }, 30_000);

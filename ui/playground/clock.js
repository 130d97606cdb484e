// Time as the stand-in's world has it: a test may have moved its clock.

let offset = 0; // milliseconds that the world is ahead of this machine

// setNow tells what time it is in the world.
export function setNow(instant) {
  offset = Date.parse(instant) - Date.now();
}

export const now = () => Date.now() + offset;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const steps = [
  [60, "second", 1],
  [3600, "minute", 60],
  [86400, "hour", 3600],
  [2592000, "day", 86400],
  [31536000, "month", 2592000],
  [Infinity, "year", 31536000],
];

// ago says an instant (milliseconds) relative to now: "in 5 minutes", "2 days ago".
export function ago(at) {
  const seconds = Math.round((at - now()) / 1000);
  const [, unit, size] = steps.find(([limit]) => Math.abs(seconds) < limit);
  return relative.format(Math.trunc(seconds / size), unit);
}

const format = (options) => {
  const f = new Intl.DateTimeFormat("en", options);
  return (at) => f.format(at);
};

const styles = {
  t: format({ timeStyle: "short" }),
  T: format({ timeStyle: "medium" }),
  d: format({ day: "2-digit", month: "2-digit", year: "numeric" }),
  D: format({ dateStyle: "long" }),
  f: format({ dateStyle: "long", timeStyle: "short" }),
  F: format({ dateStyle: "full", timeStyle: "short" }),
  R: ago,
};

// stamp writes an instant in one of Discord's styles, f where the style is unknown.
export const stamp = (at, style) => (styles[style] ?? styles.f)(at);

// when writes a message's time: the hour today and yesterday, else the day.
export function when(at) {
  const days = Math.round((startOfDay(now()) - startOfDay(at)) / 86400000);
  if (days === 0) return styles.t(at);
  if (days === 1) return `Yesterday at ${styles.t(at)}`;
  return `${styles.d(at)} ${styles.t(at)}`;
}

export const startOfDay = (at) => new Date(at).setHours(0, 0, 0, 0);

// keepRelative updates every <time data-relative> as time passes.
export function keepRelative() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-relative]")) {
      const text = ago(Date.parse(element.dateTime));
      if (element.textContent !== text) element.textContent = text;
    }
  }, 1000);
}

// Draws the figures of a table as a chart above it: <figure data-chart> with a <table> inside. The
// first column holds the days, each other one a series; the table stays for those who read it.
import uPlot from "uplot";

const { lang } = document.documentElement;
const drawn = new WeakMap();
const plotHeight = 220; // pixels; the legend is below it

function read(table) {
  const head = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  const columns = head.map((_, at) => rows.map((row) => Number(row.cells[at].dataset.value)));
  return { head, columns };
}

function color(name) {
  return getComputedStyle(document.querySelector(".chart") ?? document.documentElement).getPropertyValue(name).trim();
}

function draw(figure) {
  drawn.get(figure)?.destroy();
  const canvas = figure.querySelector("[data-canvas]");
  const { head, columns } = read(figure.querySelector("table"));
  const palette = ["--tblr-primary", "--tblr-green", "--tblr-orange", "--tblr-purple"];
  const ink = color("--chart-ink"), grid = color("--chart-grid");
  const last = columns[0].length - 1;
  const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: "12px Inter, sans-serif" };
  const day = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", timeZone: "UTC" });
  const compact = new Intl.NumberFormat(lang, { notation: "compact" });
  const series = head.slice(1).map((label, at) => ({
    label, stroke: color(palette[at % palette.length]), width: 2, points: { show: columns[0].length < 3 },
    fill: head.length === 2 ? color("--chart-fill") : undefined,
    value: (_, v) => (v == null ? "–" : v.toLocaleString(lang)),
  }));
  const plot = new uPlot({
    width: canvas.clientWidth, height: plotHeight, cursor: { y: false, points: { size: 7 } }, tzDate: (ts) => uPlot.tzDate(new Date(ts * 1e3), "Etc/UTC"),
    scales: { y: { range: (_, low, high) => [Math.min(low, 0), Math.max(high, 1)] } },
    axes: [{ ...axis, size: 30, values: (_, ticks) => ticks.map((v) => day.format(v * 1e3)) }, { ...axis, size: 48, values: (_, ticks) => ticks.map((v) => compact.format(v)) }],
    // Without a pointer over it, the legend shows the last values.
    hooks: { ready: [(u) => u.setLegend({ idx: last })], setCursor: [(u) => { if (u.cursor.idx == null) u.setLegend({ idx: last }); }] },
    series: [{ label: head[0], value: (_, v) => (v == null ? "–" : new Date(v * 1e3).toISOString().slice(0, 10)) }, ...series],
  }, columns, canvas);
  drawn.set(figure, plot);
  figure.classList.add("is-drawn");
}

// A chart is drawn when it has a size: also one that arrives later, or is hidden.
const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    if (contentRect.width === 0) continue;
    const plot = drawn.get(target.closest("[data-chart]"));
    if (!plot) draw(target.closest("[data-chart]"));
    else if (plot.width !== Math.floor(target.clientWidth)) plot.setSize({ width: target.clientWidth, height: plotHeight });
  }
});

export function charts(root) {
  for (const canvas of root.querySelectorAll("[data-chart] [data-canvas]")) sizes.observe(canvas);
}

// Colours of a canvas do not follow a theme by themselves.
new MutationObserver(() => {
  for (const figure of document.querySelectorAll("[data-chart].is-drawn")) draw(figure);
}).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });

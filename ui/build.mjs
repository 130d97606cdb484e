// Builds the browser assets: every ui/<name>/<name>.css and ui/<name>/<name>.js is an entry, what
// it imports goes into it; so is every picture in ui/<name>/images/. The files get names that
// change with their content, copies in gzip and brotli, and dist/manifest.json tells "<name>.css",
// and the fonts that style sheets ask for, their real names. The icons of ui/icons.json and
// of ui/<name>/icons.json are taken from Tabler's set into dist/icons.json, which templates draw from.
//
//   node build.mjs            writes dist/
//   node build.mjs --check    fails when dist/ is not what the sources build
//   --ui DIR --dist DIR       other folders than ui/ and dist/ of this repository
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    ui: { type: "string", default: here },
    dist: { type: "string", default: join(here, "..", "dist") },
  },
});

const manifestName = "manifest.json";
const compressedFrom = 1000; // bytes; below, a copy saves nothing on the wire
const compressible = /\.(css|js|svg|json|txt|webmanifest)$/;

function entries(ui) {
  return readdirSync(ui, { withFileTypes: true })
    .filter((item) => item.isDirectory() && item.name !== "node_modules")
    .flatMap(({ name }) => [
      ...[`${name}.css`, `${name}.js`].map((file) => join(ui, name, file)),
      ...pictures(join(ui, name, "images")),
    ])
    .filter((file) => existsSync(file))
    .sort();
}

function pictures(folder) {
  return (existsSync(folder) ? readdirSync(folder) : []).map((file) => join(folder, file));
}

// icons writes what stands inside the <svg> of each icon that is used. A name is that of an
// outline icon; "filled/<name>" is one of the others.
function icons(ui, dist) {
  const lists = [".", ...readdirSync(ui)].map((folder) => join(ui, folder, "icons.json")).filter((file) => existsSync(file));
  if (lists.length === 0) return;
  const names = new Set(lists.flatMap((list) => JSON.parse(readFileSync(list))));
  const drawn = [...names].sort().map((name) => {
    const file = join(ui, "node_modules/@tabler/icons/icons", name.includes("/") ? name : `outline/${name}`) + ".svg";
    const body = readFileSync(file, "utf8").replace(/^[^]*?<svg[^>]*>|<\/svg>\s*$/g, "");
    return [name, body.replace(/\s*\n\s*/g, "")];
  });
  writeFileSync(join(dist, "icons.json"), JSON.stringify(Object.fromEntries(drawn), null, 1) + "\n");
}

// compressedCopies writes file.gz and file.br where they are smaller.
function compressedCopies(file) {
  const plain = readFileSync(file);
  if (!compressible.test(file) || plain.length < compressedFrom) return;
  const gzip = gzipSync(plain, { level: 9 });
  const brotli = brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
  });
  for (const [suffix, packed] of [[".gz", gzip], [".br", brotli]]) {
    if (packed.length < plain.length) writeFileSync(file + suffix, packed);
  }
}

async function write(ui, dist) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: ui,
    entryPoints: entries(ui),
    outdir: dist,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022", "chrome115", "firefox115", "safari16"],
    loader: { ".svg": "copy", ".webp": "copy", ".png": "copy", ".ico": "copy", ".woff2": "copy" },
    charset: "utf8",
    legalComments: "eof",
    metafile: true,
    logLevel: "warning",
  });
  const manifest = {};
  for (const [output, { entryPoint, inputs }] of Object.entries(metafile.outputs)) {
    const file = resolve(ui, output);
    const name = basename(entryPoint ?? Object.keys(inputs)[0] ?? "");
    if (entryPoint || name.endsWith(".woff2")) {
      if (manifest[name]) throw new Error(`two assets are called ${name}`);
      manifest[name] = relative(dist, file);
    }
    compressedCopies(file);
  }
  icons(ui, dist);
  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  writeFileSync(join(dist, manifestName), JSON.stringify(sorted, null, 2) + "\n");
}

// replace makes dist what fresh is. The list of names comes last but for what goes, so that a
// program that reads meanwhile finds every file that is named.
function replace(dist, fresh) {
  mkdirSync(dist, { recursive: true });
  const names = readdirSync(fresh).sort((a, b) => (a === manifestName) - (b === manifestName));
  for (const name of names) copyFileSync(join(fresh, name), join(dist, name));
  for (const name of readdirSync(dist)) if (!names.includes(name)) rmSync(join(dist, name), { recursive: true });
}

// content is what a file says, so that two releases of the same compressor do not differ.
function content(file) {
  const bytes = readFileSync(file);
  if (file.endsWith(".gz")) return gunzipSync(bytes);
  if (file.endsWith(".br")) return brotliDecompressSync(bytes);
  return bytes;
}

function differences(wanted, found) {
  const list = (dir) => (existsSync(dir) ? readdirSync(dir) : []).filter((name) => statSync(join(dir, name)).isFile());
  const names = [...new Set([...list(wanted), ...list(found)])].sort();
  return names.flatMap((name) => {
    if (!existsSync(join(found, name))) return [`${name} is missing`];
    if (!existsSync(join(wanted, name))) return [`${name} is built from nothing`];
    return content(join(wanted, name)).equals(content(join(found, name))) ? [] : [`${name} differs`];
  });
}

const ui = resolve(options.ui);
const dist = resolve(options.dist);
const fresh = mkdtempSync(join(tmpdir(), "smarterdev-dist-"));
try {
  await write(ui, fresh);
  const wrong = options.check ? differences(fresh, dist) : [];
  if (wrong.length > 0) {
    console.error(["dist/ is not what the sources build; run: make assets", ...wrong].join("\n  "));
    process.exitCode = 1;
  }
  if (!options.check) replace(dist, fresh);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

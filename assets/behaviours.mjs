// Bundle the behaviours of static/js/: one file that every page loads, and what is loaded later beside it.
//
// esbuild puts what the page shares with each later part into a file of its own, by who shares it. Every later part
// is made to need the whole page: so it is one file, and the page's entry is nothing but its name.
import { readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const SOURCES = "static/js";
const OUT = "static/build";
const later = new Set();

async function page() {
  const names = (await readdir(SOURCES)).filter((name) => name.endsWith(".js")).sort();
  return names.map((name) => `import "./${SOURCES}/${name}";`).join("\n");
}

const whole = {
  name: "whole",
  setup({ onLoad, onResolve, resolve }) {
    onResolve({ filter: /^behaviours$/ }, () => ({ path: "behaviours", namespace: "page" }));
    onLoad({ filter: /./, namespace: "page" }, async () => ({ contents: await page(), resolveDir: process.cwd() }));
    onResolve({ filter: /^\.+\// }, async ({ path, kind, pluginData, ...from }) => {
      if (kind !== "dynamic-import" || pluginData === whole) return undefined;
      const found = await resolve(path, { kind, pluginData: whole, ...from });
      later.add(found.path);
      return found;
    });
    onLoad({ filter: /[\\/]static[\\/]js[\\/]/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return { contents: later.has(path) ? `import "behaviours";\n${text}` : text, loader: "js" };
    });
  },
};

const { metafile } = await build({
  entryPoints: ["behaviours"],
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: "es2022",
  outdir: OUT,
  entryNames: "behaviours",
  chunkNames: "chunk-[hash]",
  metafile: true,
  logLevel: "warning",
  plugins: [whole],
});

// The page's entry imports one file and does nothing else: that file takes its name.
const { imports } = metafile.outputs[join(OUT, "behaviours.js")];
const [shared] = imports.filter(({ kind }) => kind === "import-statement");
if (shared) {
  await rm(join(OUT, "behaviours.js"));
  await rename(shared.path, join(OUT, "behaviours.js"));
  const [before, after] = [shared.path.slice(OUT.length + 1), "behaviours.js"];
  for (const path of Object.keys(metafile.outputs)) {
    const file = path === shared.path ? join(OUT, after) : path;
    const text = await readFile(file, "utf8");
    if (text.includes(before)) await writeFile(file, text.replaceAll(before, after));
  }
}

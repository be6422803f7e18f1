/**
 * `check` as two CommonJS files, which Node reads in a third of the time that its parts take: what looks at the machine,
 * and what judges it, which is read while the interpreters that were asked are starting. The modules that a check
 * without further options needs are in them, all others stay where the split build has them.
 */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const needed = /[\\/](commands[\\/](check|host)|host[\\/]live|report[\\/]text|src[\\/]usage-error)\.ts$/;
/** Source and file of each. */
const bundles = { "check.cjs": "src/cli.ts", "check-judging.cjs": "src/commands/knowledge.ts" };

/**
 * Writes both files. Gives the modules that they load from the split build, by the names they must have there.
 *
 * @returns {Promise<Record<string, string>>} source file by name without extension
 */
export async function bundleCheck(common, root, dist) {
  const parts = {};
  const leaveOut = {
    name: "leave-out",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^[^:]+$/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
        if (kind !== "dynamic-import" || pluginData === "asked") return;
        const { path: file } = await resolve(path, { kind, resolveDir, importer, pluginData: "asked" });
        if (needed.test(file)) return;
        const source = relative(root, file).split(sep).join("/");
        const bundle = Object.keys(bundles).find((name) => bundles[name] === source);
        if (bundle !== undefined) return { path: `./${bundle}`, external: true };
        const name = `part-${source.replace(/\.[jt]s$/, "").replaceAll("/", "-")}`;
        parts[name] = source;
        return { path: `./${name}.mjs`, external: true };
      });
    },
  };
  for (const [name, source] of Object.entries(bundles)) {
    const file = join(dist, name);
    await build({
      ...common,
      entryPoints: [source],
      outfile: file,
      format: "cjs",
      minify: true,
      // ASCII is read as one byte a character, and compiled quicker.
      charset: "ascii",
      define: { "import.meta.url": "__url" },
      banner: {
        js: 'const __url = require("node:url").pathToFileURL(__filename).href, __import = module.importPart;',
      },
      plugins: [leaveOut],
    });
    // Code that comes out of a cache cannot import of itself: src/launch.ts does it for it.
    const code = (await readFile(file, "utf8")).replaceAll(/\bimport\("\.\/(?=part-|check-judging)/g, '__import("./');
    // A function of what Node gives a CommonJS module: run by src/launch.ts, and compiled by code-cache.mjs, as it stands.
    const module = `(function (exports, require, module, __filename, __dirname) {${escaped(code)}\n})`;
    await writeFile(file, module, "latin1");
  }
  // They were found in no order, and the same sources are to give the same files.
  return Object.fromEntries(Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Writes the compiled code of both as a run leaves it, for this very Node; without it all works, slower. */
export function compileCheck(dist) {
  const maker = fileURLToPath(new URL("./code-cache.mjs", import.meta.url));
  const run = spawnSync(process.execPath, [maker, join(dist, "check.cjs")], { encoding: "utf8", timeout: 30_000 });
  if (run.status !== 0) console.warn(`check starts slower, as its code could not be compiled ahead: ${run.stderr}`);
}

/** esbuild leaves regular expressions as they are; src/launch.ts reads one byte as one character. */
function escaped(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

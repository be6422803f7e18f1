/** Bundles src/cli.ts into dist, code split so that a command loads its own code alone, and writes the JSON Schemas. */
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleCheck, compileCheck } from "./build/check-bundle.mjs";
import { bundledPackages, licenceText } from "./build/licences.mjs";
import { pageAssets } from "./build/page-assets.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

const common = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.17",
  charset: "utf8",
  legalComments: "none",
  outExtension: { ".js": ".mjs" },
  // CommonJS dependencies ask for node's own modules by require.
  banner: {
    js: 'import { createRequire as __require_ } from "node:module"; const require = __require_(import.meta.url);',
  },
};

const pages = JSON.stringify(await pageAssets(root));

await rm(dist, { recursive: true, force: true });
const parts = await bundleCheck(common, root, dist);
const split = await build({
  ...common,
  metafile: true,
  // Programs of src/ffi/programs.ts stand beside the command line.
  entryPoints: { ...parts, main: "src/cli.ts", "driver-cuda": "src/cuda/main.ts" },
  outdir: dist,
  splitting: true,
  chunkNames: "[name]-[hash]",
  minifySyntax: true,
  minifyWhitespace: true,
  define: { PAGE_ASSETS: pages },
});

await build({
  ...common,
  entryPoints: ["src/launch.ts"],
  outfile: join(dist, "cli.cjs"),
  format: "cjs",
  minifySyntax: true,
  banner: {},
  plugins: [
    {
      name: "main-stands-beside",
      setup: ({ onResolve }) => onResolve({ filter: /cli\.ts$/ }, () => ({ path: "./main.mjs", external: true })),
    },
  ],
});
await chmod(join(dist, "cli.cjs"), 0o755);

// `check` starts this one each time: a file of its own, in the older format, starts in two thirds of the time.
await build({
  ...common,
  entryPoints: ["src/nvml/main.ts"],
  outfile: join(dist, "driver-nvml.cjs"),
  format: "cjs",
  minify: true,
  define: { "import.meta.url": "__url" },
  banner: { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' },
});

// One file for machines that have Node but no npm: what `check` asks of Python comes along as text.
const interpreter = await readFile(join(root, "scripts/python/interpreter.py"), "utf8");
const single = join(dist, "envdoctor-single.mjs");
await build({
  ...common,
  stdin: { contents: 'import { main } from "./src/cli.ts"; await main(process.argv.slice(2));', resolveDir: root },
  banner: { js: `#!/usr/bin/env node\n${common.banner.js}` },
  outfile: single,
  minify: true,
  define: { EMBEDDED_SCRIPTS: JSON.stringify({ "interpreter.py": interpreter }), PAGE_ASSETS: pages },
});
await chmod(single, 0o755);

await build({ ...common, entryPoints: { "schemas-build": "src/report/schemas.ts" }, outdir: dist });
const built = join(dist, "schemas-build.mjs");
const [{ schemas }, { z }] = await Promise.all([import(pathToFileURL(built).href), import("zod")]);
await rm(built);
await mkdir(join(dist, "schemas"));
for (const [name, schema] of Object.entries(schemas)) {
  const described = { $id: `urn:envdoctor:schema:${name}:1`, ...z.toJSONSchema(schema) };
  await writeFile(join(dist, "schemas", `${name}.json`), `${JSON.stringify(described, null, 2)}\n`);
}

// uPlot comes in with the pages; whatever else is bundled anywhere is in the split build, too.
const charts = { inputs: { "node_modules/uplot/package.json": {} } };
await writeFile(
  join(dist, "THIRD_PARTY_LICENSES.txt"),
  licenceText(await bundledPackages([split.metafile, charts], root)),
);

compileCheck(dist);

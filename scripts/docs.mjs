/** Writes the documentation page of root causes from the catalogue; a test says when it is stale. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundle = join(root, "node_modules", ".cache", "envdoctor", "docs.mjs");
await build({
  absWorkingDir: root,
  stdin: {
    contents: `export { causesMarkdown } from "./src/report/causes.ts";
      export { catalogue } from "./checks/causes/index.ts";
      export { causeIds } from "./checks/causes/ids.ts";`,
    resolveDir: root,
  },
  bundle: true,
  format: "esm",
  platform: "node",
  outfile: bundle,
});
const { causesMarkdown, catalogue, causeIds } = await import(pathToFileURL(bundle).href);
await rm(bundle);
await writeFile(
  join(root, "checks", "causes", "README.md"),
  causesMarkdown(
    causeIds.map((id) => catalogue[id]),
    "en",
  ),
);

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..", "..", "..");

/** One of these programs as a single file that node runs. */
export async function programFile(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "envdoctor-program-"));
  const outfile = join(folder, `${name}.mjs`);
  await build({
    ...{
      entryPoints: [join(import.meta.dirname, `${name}.ts`)],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
    },
    ...{ target: "node20.17", logLevel: "error" },
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    define: { "import.meta.dirname": JSON.stringify(join(root, "test", "support")) },
  });
  return outfile;
}

/** Writes the generated pages: causes, checks, JSON formats and the man page; a test says when one is stale. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { load, root } from "./docs/load.mjs";

const { pages } = await load("scripts/docs/pages.ts");
for (const [path, page] of Object.entries(pages)) await writeFile(join(root, path), await page());

import { copyFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import build from "../../setup/build.ts";

/** The program in one file, out of the way of other builds: tests of minutes outlive them. */
export const program = fileURLToPath(
  new URL("../../../node_modules/.cache/envdoctor-guests/envdoctor.mjs", import.meta.url),
);

export default function keep(): void {
  build();
  mkdirSync(dirname(program), { recursive: true });
  copyFileSync(fileURLToPath(new URL("../../../dist/envdoctor-single.mjs", import.meta.url)), program);
}

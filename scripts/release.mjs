/**
 * Writes what a release consists of into a folder: the package, its bill of materials (CycloneDX) and the checksums.
 * The package is built and packed twice, and must be the same byte for byte: whoever has the sources can make it again.
 *
 * usage: node scripts/release.mjs [FOLDER]   (default: release)
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = resolve(process.argv[2] ?? join(root, "release"));
mkdirSync(folder, { recursive: true });

const first = packInto(folder);
const again = join(folder, "again");
mkdirSync(again, { recursive: true });
const second = packInto(again);
const digests = [first, second].map(sha256);
rmSync(again, { recursive: true });
if (digests[0] !== digests[1]) {
  console.error(`two builds of the same sources differ: ${digests.join(" and ")}`);
  process.exit(1);
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { name, version } = manifest;
const bill = withoutTools(JSON.parse(npm("sbom", "--sbom-format", "cyclonedx", "--package-lock-only")));
const billFile = join(folder, `${name}-${version}.cdx.json`);
writeFileSync(billFile, `${JSON.stringify(bill, null, 2)}\n`);

const sums = [first, billFile].map((file) => `${sha256(file)}  ${file.slice(folder.length + 1)}`);
writeFileSync(join(folder, "SHA256SUMS"), `${sums.join("\n")}\n`);
console.log(sums.join("\n"));

function packInto(destination) {
  const [{ filename }] = JSON.parse(
    npm("pack", "--json", "--pack-destination", destination).replace(/^[^[]*(?=\[\s*\{)/, ""),
  );
  return join(destination, filename);
}

/** `npm sbom --omit dev` leaves out what development needs as well as users, so what users need is followed by hand. */
function withoutTools(all) {
  const needs = new Map(all.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const own = all.metadata.component["bom-ref"];
  const wanted = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const nameOf = (ref) => ref.slice(0, ref.lastIndexOf("@"));
  const roots = (needs.get(own) ?? []).filter((ref) => nameOf(ref) in wanted);
  const kept = new Set(roots);
  for (const ref of kept) for (const need of needs.get(ref) ?? []) kept.add(need);
  return {
    ...all,
    // npm calls the package as the folder of the checkout is called.
    metadata: { ...all.metadata, component: { ...all.metadata.component, name } },
    components: all.components.filter((component) => kept.has(component["bom-ref"])),
    dependencies: [{ ref: own, dependsOn: roots }, ...all.dependencies.filter(({ ref }) => kept.has(ref))],
  };
}

function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function npm(...args) {
  return execFileSync("npm", args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 64 << 20,
  });
}

/** The licences of the packages whose code went into the bundles: their texts have to come along with it. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Licences under which code may be given on inside this package. */
const allowed = new Set([
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "Unlicense",
]);

/**
 * Packages of a build, each once, by name.
 *
 * @param {readonly { inputs: Record<string, unknown> }[]} metafiles of esbuild
 * @returns {Promise<{ name: string, version: string, licence: string, homepage: string | null, text: string }[]>}
 *   Throws where a package has no licence that allows this, or no text of it.
 */
export async function bundledPackages(metafiles, root) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const packages = await Promise.all([...folders].map((folder) => packageOf(join(root, folder))));
  return packages.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function packageOf(folder) {
  const { name, version, license, homepage = null } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  if (!allowed.has(license)) throw new Error(`${name} ${version}: may its licence, ${license}, be given on?`);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? `Licensed under ${license}.` : await readFile(join(folder, file), "utf8");
  return { name, version, licence: license, homepage, text: text.trim() };
}

/** All of them as one text. */
export function licenceText(packages) {
  const rule = "-".repeat(80);
  const entries = packages.map(
    ({ name, version, licence, homepage, text }) =>
      `${rule}\n${name} ${version} (${licence})${homepage ? `\n${homepage}` : ""}\n\n${text.replaceAll("\r\n", "\n")}\n`,
  );
  return `envdoctor contains code of these packages.\n\n${entries.join("\n")}`;
}

import type { Answer, Host } from "../host/host.ts";
import type { Said } from "../text/message.ts";
import { absent, type Fact, unknown, value } from "./fact.ts";
import type { TfjsPackage } from "./facts.ts";
import { whyNot } from "./parse/answers.ts";
import type { Probe } from "./probe.ts";
import { pathsOf, upwards } from "./python/paths.ts";

const packageNames = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

/** Node itself, and the tfjs-node packages that `require` would find from the working folder. */
export const nodeProbe: Probe<"node"> = {
  subject: "node",
  needs: [],
  async look(host) {
    const { version, napi } = host.identity.node;
    const found = await Promise.all(packageNames.map((name) => nearest(host, name)));
    const packages = found.flatMap((one) => (one && "version" in one ? one : []));
    const doubt = found.find((one) => one && !("version" in one));
    const none = doubt && "doubt" in doubt ? unknown(doubt.doubt) : absent();
    return value({ version, napi: napi || null, tfjs: packages.length === 0 ? none : value(packages) });
  },
};

/** The version in a package.json, or undefined where it is not one. */
export function parsePackageVersion(text: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(text);
    const version =
      typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : undefined;
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

/** The package, or why it is not known whether it is there. */
async function nearest(
  host: Host,
  name: TfjsPackage["name"],
): Promise<TfjsPackage | { readonly doubt: Said } | undefined> {
  const { join } = pathsOf(host);
  for (const folder of upwards(host, host.identity.cwd)) {
    const path = join(folder, "node_modules", ...name.split("/"));
    const file = join(path, "package.json");
    const manifest = await host.readFile(file);
    if (!manifest.ok && manifest.trouble !== "missing") return { doubt: whyNot(file, manifest) };
    const version = manifest.ok ? parsePackageVersion(manifest.value) : undefined;
    if (version === undefined) continue;
    const project = await host.readFile(join(folder, "package.json"));
    if (!project.ok || asksFor(project.value, name)) return { name, version, path, ...(await nativeParts(host, path)) };
  }
  return undefined;
}

/**
 * Whether a project's package.json asks for the package itself. envdoctor brings tfjs-node-gpu as an optional part of
 * its own, which then lies in the project's node_modules without being the project's concern.
 */
function asksFor(manifest: string, name: string): boolean {
  try {
    const project: unknown = JSON.parse(manifest);
    if (typeof project !== "object" || project === null || ("name" in project && project.name === "envdoctor"))
      return false;
    return Object.entries(project).some(
      ([key, names]) =>
        /^(?:dev|optional|peer)?dependencies$/i.test(key) &&
        typeof names === "object" &&
        names !== null &&
        Object.hasOwn(names, name),
    );
  } catch {
    return true;
  }
}

/** The compiled binding and the TensorFlow library that it loads: on Windows beside it, elsewhere in deps/lib. */
async function nativeParts(host: Host, path: string): Promise<Pick<TfjsPackage, "binding" | "library">> {
  const { join, dirname } = pathsOf(host);
  const lib = await host.listFolder(join(path, "lib"));
  const binding = await bindingIn(host, join(path, "lib"), lib);
  const isWindows = host.identity.platform === "win32";
  if (isWindows && binding.state !== "value") return { binding, library: binding };
  const folder = isWindows && binding.state === "value" ? dirname(binding.value) : join(path, "deps", "lib");
  return { binding, library: await libraryIn(host, folder) };
}

/** The folder is napi-v8 or the like, after the Node-API version it was built for; the newest counts. */
async function bindingIn(host: Host, lib: string, listing: Answer<readonly string[]>): Promise<Fact<string>> {
  const { join } = pathsOf(host);
  if (!listing.ok) return listing.trouble === "missing" ? absent() : unknown(whyNot(lib, listing));
  const folders = listing.value.filter((name) => /^napi-v\d{1,3}$/.test(name));
  for (const folder of folders.sort((a, b) => Number(b.slice(6)) - Number(a.slice(6)))) {
    const file = join(lib, folder, "tfjs_binding.node");
    const stat = await host.stat(file);
    if (stat.ok && stat.value.kind === "file") return value(file);
    if (!stat.ok && stat.trouble !== "missing") return unknown(whyNot(file, stat));
  }
  return absent({ source: lib, excerpt: folders.join(" ") });
}

async function libraryIn(host: Host, folder: string): Promise<Fact<string>> {
  const { join } = pathsOf(host);
  const listing = await host.listFolder(folder);
  if (!listing.ok) return listing.trouble === "missing" ? absent() : unknown(whyNot(folder, listing));
  const library = listing.value.find((name) => /^(?:libtensorflow\.(?:so|\d|dylib)|tensorflow\.dll$)/.test(name));
  return library === undefined
    ? absent({ source: folder, excerpt: listing.value.slice(0, 10).join(" ") })
    : value(join(folder, library));
}

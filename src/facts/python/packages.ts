import type { Host } from "../../host/host.ts";
import type { Said } from "../../text/message.ts";
import { whyNot } from "../parse/answers.ts";
import { pathsOf } from "./paths.ts";

/** One folder of packages, as its listing tells: nothing in it was opened. */
export interface PackageFolder {
  readonly path: string;
  readonly names: ReadonlySet<string>;
  /** Installed distributions by normalised name ("nvidia-cudnn-cu12") with their version. */
  readonly distributions: ReadonlyMap<string, string>;
}

/** What was found on the way to a framework, for one interpreter. */
export interface Packages {
  /** In the order of sys.path. */
  readonly folders: readonly PackageFolder[];
  /** Of conda, by package name. */
  readonly conda: ReadonlyMap<string, CondaPackage>;
  /** Folders that exist but could not be listed, with the reason. */
  readonly unread: readonly Said[];
}

/** A package of conda, from the name of its file in conda-meta: name-version-build.json */
export interface CondaPackage {
  readonly name: string;
  readonly version: string;
  readonly build: string;
}

/** Name and version of "torch-2.13.0+cpu.dist-info"; the name normalised as in PEP 503. */
export function parseDistInfo(folder: string): { readonly name: string; readonly version: string } | undefined {
  const stem = /^(.{1,200})\.(?:dist|egg)-info$/.exec(folder)?.[1];
  const [name, version] = stem?.split("-") ?? [];
  return name && version && !name.startsWith("~") ? { name: normalised(name), version } : undefined;
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

export function parseCondaMeta(file: string): CondaPackage | undefined {
  const parts = file.endsWith(".json") ? file.slice(0, -5).split("-") : [];
  const [build, version] = [parts.pop(), parts.pop()];
  return build && version && parts.length > 0 ? { name: parts.join("-"), version, build } : undefined;
}

/**
 * CUDA version in the build string of a conda package: "py3.11_cuda12.1_cudnn8.9.2_0" is 12.1, conda-forge's
 * "cuda126_generic_py312h…" is 12.6, "cpu_generic_…" is null; undefined where it says neither.
 */
export function cudaOfCondaBuild(build: string): string | null | undefined {
  const told = /(?:^|_)cuda_?(\d{1,2}\.\d{1,2}|\d{2,3}|\d)(?!\d)/.exec(build)?.[1];
  if (told !== undefined) return told.includes(".") || told.length < 3 ? told : `${told.slice(0, 2)}.${told.slice(2)}`;
  return /(?:^|_)cpu(?:_|$|py)/.test(build) ? null : undefined;
}

/** @param doubts why some folders may not be among these */
export async function readPackages(
  host: Host,
  folders: readonly string[],
  prefix: string,
  doubts: readonly Said[] = [],
): Promise<Packages> {
  const { join } = pathsOf(host);
  const [listings, meta] = await Promise.all([
    Promise.all(folders.map(async (path) => ({ path, listing: await host.listFolder(path) }))),
    host.listFolder(join(prefix, "conda-meta")),
  ]);
  const unread = [
    ...doubts,
    ...listings.flatMap(({ path, listing }) =>
      listing.ok || listing.trouble === "missing" ? [] : [whyNot(path, listing)],
    ),
  ];
  const packages = (meta.ok ? meta.value : []).flatMap((file) => parseCondaMeta(file) ?? []);
  return {
    folders: listings.flatMap(({ path, listing }) => (listing.ok ? [packageFolder(path, listing.value)] : [])),
    conda: new Map(packages.map((one) => [one.name, one])),
    unread,
  };
}

function packageFolder(path: string, names: readonly string[]): PackageFolder {
  const distributions = names.flatMap((name) => parseDistInfo(name) ?? []);
  return {
    path,
    names: new Set(names),
    distributions: new Map(distributions.map(({ name, version }) => [name, version])),
  };
}

/** Version of an installed distribution, of the first folder that has it. */
export function distributionVersion(packages: Packages, name: string): string | undefined {
  for (const folder of packages.folders) {
    const version = folder.distributions.get(name);
    if (version !== undefined) return version;
  }
  return undefined;
}

/** NVIDIA's wheels: name → version. */
export function nvidiaWheels(packages: Packages): Record<string, string> {
  const wheels = new Map<string, string>();
  for (const folder of packages.folders) {
    for (const [name, version] of folder.distributions) {
      if (name.startsWith("nvidia-") && !wheels.has(name)) wheels.set(name, version);
    }
  }
  return Object.fromEntries([...wheels].sort(([a], [b]) => (a < b ? -1 : 1)));
}

import type { Host } from "../../host/host.ts";
import { message, type Said } from "../../text/message.ts";
import { absent, type Fact, unknown, value } from "../fact.ts";
import type { LibraryCandidate } from "../facts.ts";
import { driverFolders, loaderFolders, wslFolder } from "../library-folders.ts";
import { outcomeOf } from "../parse/answers.ts";
import { type CacheEntry, fitsArchitecture, parseLoaderCache } from "../parse/loader-cache.ts";
import { environment } from "../program.ts";
import { foldersIn } from "../python/paths.ts";
import { libraryOwner } from "./owner.ts";

const texts = {
  wslOnly: message("asked for in WSL only", "仅在 WSL 中查询"),
};

const names = { libcuda: "libcuda.so.1", libnvml: "libnvidia-ml.so.1" } as const;

export type Candidates = Readonly<Record<keyof typeof names, Fact<readonly LibraryCandidate[]>>>;

/** What the candidates are sorted out of; paths without links resolved are the keys of `present`. */
interface Places {
  readonly preferred: readonly string[];
  readonly present: ReadonlyMap<string, string>;
  readonly cache: readonly CacheEntry[] | { readonly why: Said };
}

/**
 * The driver's libraries in the order in which the dynamic loader would take them: LD_LIBRARY_PATH, its cache, then its
 * own folders. The cache is asked for (ldconfig -p) only where one of the usual folders has such a library at all.
 * `inWsl`: say which package put a library there that is not the one of Windows.
 */
export async function loaderCandidates(host: Host, inWsl: boolean): Promise<Candidates> {
  const preferred = foldersIn(host, environment(host, "LD_LIBRARY_PATH"));
  const usual = [...driverFolders(host), wslFolder];
  const all = [...preferred, ...usual].flatMap((folder) => Object.values(names).map((name) => `${folder}/${name}`));
  const present = await existing(host, all);
  const cache = usual.some((folder) => Object.values(names).some((name) => present.has(`${folder}/${name}`)))
    ? await loaderCache(host)
    : [];
  const places = { preferred, present, cache };
  const [libcuda, libnvml] = await Promise.all([
    candidates(host, names.libcuda, places, inWsl),
    candidates(host, names.libnvml, places, inWsl),
  ]);
  return { libcuda, libnvml };
}

async function candidates(
  host: Host,
  name: string,
  places: Places,
  inWsl: boolean,
): Promise<Fact<readonly LibraryCandidate[]>> {
  const { preferred, present, cache } = places;
  const paths = preferred.map((folder) => `${folder}/${name}`).filter((path) => present.has(path));
  if ("why" in cache && paths.length === 0) {
    return [...present.keys()].some((path) => path.endsWith(`/${name}`)) ? unknown(cache.why) : absent();
  }
  const cached = "why" in cache ? [] : cache.filter((entry) => entry.name === name).map(({ path }) => path);
  const fallback = loaderFolders(host)
    .map((folder) => `${folder}/${name}`)
    .filter((path) => present.has(path));
  const found = await Promise.all([
    ...paths.map((path) => candidate(host, path, "LD_LIBRARY_PATH", present, inWsl)),
    ...cached.map((path) => candidate(host, path, "loader-cache", present, inWsl)),
    // The loader looks into its folders only for what its cache does not name.
    ...(cached.length > 0 ? [] : fallback.map((path) => candidate(host, path, "default-path", present, inWsl))),
  ]);
  const once = found.filter(
    ({ realPath }, index) => realPath === null || found.findIndex((each) => each.realPath === realPath) === index,
  );
  const excerpt = once
    .map(({ path, via }) => `${path} (${via})`)
    .slice(0, 4)
    .join("\n");
  return once.length > 0 ? value(once, { source: `ldconfig -p | grep ${name}`, excerpt }) : absent();
}

async function candidate(
  host: Host,
  path: string,
  via: LibraryCandidate["via"],
  present: ReadonlyMap<string, string>,
  inWsl: boolean,
): Promise<LibraryCandidate> {
  const looked = present.get(path) === undefined ? await host.realPath(path) : undefined;
  const realPath = present.get(path) ?? (looked?.ok ? looked.value : null);
  const kind = libraryKind(path, realPath);
  const owner = inWsl && kind !== "wsl" ? await libraryOwner(host, realPath ?? path) : unknown(texts.wslOnly());
  return { path, realPath, kind, via, package: owner };
}

export function libraryKind(path: string, realPath: string | null): LibraryCandidate["kind"] {
  const both = [path, realPath ?? path];
  if (both.some((each) => each.startsWith("/usr/lib/wsl/"))) return "wsl";
  if (both.some((each) => /\/stubs\//.test(each))) return "stub";
  return both.some((each) => /\/cuda[^/]*\/compat\//.test(each)) ? "compat" : "driver";
}

/** Paths that exist, with what they lead to. */
async function existing(host: Host, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const looked = await Promise.all(
    [...new Set(paths)].map(async (path) => ({ path, real: await host.realPath(path) })),
  );
  return new Map(looked.flatMap(({ path, real }) => (real.ok ? [[path, real.value] as const] : [])));
}

/** Entries of the loader's cache, or why they are not known. A system without a cache (musl) has no ldconfig -p. */
async function loaderCache(host: Host): Promise<readonly CacheEntry[] | { readonly why: Said }> {
  const PATH = `/usr/sbin:/sbin:${host.env.PATH ?? ""}`;
  const run = await host.run(["ldconfig", "-p"], { env: { PATH } });
  if (run.outcome === "missing" || (run.outcome === "ended" && run.exitCode !== 0)) return [];
  if (run.outcome !== "ended") return { why: outcomeOf("ldconfig -p", run.outcome) };
  const entries = parseLoaderCache(run.stdout, Object.values(names));
  return entries.filter(({ flags }) => fitsArchitecture(flags, host.identity.arch));
}

import type { Host } from "../../host/host.ts";
import { message, type Said } from "../../text/message.ts";
import { absent, type Fact, unknown, value } from "../fact.ts";
import type { LibraryCandidate } from "../facts.ts";
import { driverFolders, loaderFolders, wslFolder } from "../library-folders.ts";
import { outcomeOf, whyNot } from "../parse/answers.ts";
import { type CacheEntry, fitsArchitecture, isLoaderCache, parseLoaderCache } from "../parse/loader-cache.ts";
import { environment } from "../program.ts";
import { foldersIn } from "../python/paths.ts";
import { libraryOwner } from "./owner.ts";

const texts = {
  noCache: message("ldconfig -p: there is no cache", "ldconfig -p：没有缓存"),
  cutShort: message("ldconfig -p did not tell its whole list", "ldconfig -p 没有给出完整列表"),
  wslOnly: message("asked for in WSL only", "仅在 WSL 中查询"),
};

const names = { libcuda: "libcuda.so.1", libnvml: "libnvidia-ml.so.1" } as const;

export type Candidates = Readonly<Record<keyof typeof names, Fact<readonly LibraryCandidate[]>>>;

/** What the candidates are sorted out of; paths without links resolved are the keys of `present`. */
interface Places {
  readonly preferred: readonly string[];
  readonly present: ReadonlyMap<string, string>;
  /** Paths that could not be asked for, with the reason. */
  readonly hidden: ReadonlyMap<string, Said>;
  readonly cache: Cache;
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
  const { present, hidden } = await existing(host, all);
  const cache = usual.some((folder) => Object.values(names).some((name) => present.has(`${folder}/${name}`)))
    ? await loaderCache(host)
    : { entries: [] };
  const places = { preferred, present, hidden, cache };
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
  const { preferred, present, hidden, cache } = places;
  const asked = preferred.map((folder) => `${folder}/${name}`);
  const paths = asked.filter((path) => present.has(path));
  const before = asked.flatMap((path) => hidden.get(path) ?? [])[0];
  if (before !== undefined) return unknown(before);
  if (cache.silent && paths.length === 0 && isPresent(name, present)) return unknown(cache.silent);
  const cached = cache.entries.filter((entry) => entry.name === name).map(({ path }) => path);
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
  if (once.length > 0) return value(once, { source: `ldconfig -p | grep ${name}`, excerpt });
  // It is there, and only the cache could tell that the loader finds it.
  const doubt = isPresent(name, present) ? (cache.silent ?? cache.none) : hiddenOne(name, hidden);
  return doubt ? unknown(doubt) : absent();
}

function isPresent(name: string, present: ReadonlyMap<string, string>): boolean {
  return [...present.keys()].some((path) => path.endsWith(`/${name}`));
}

function hiddenOne(name: string, hidden: ReadonlyMap<string, Said>): Said | undefined {
  return [...hidden].find(([path]) => path.endsWith(`/${name}`))?.[1];
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

/** Paths that exist, with what they lead to. What this user may not reach the loader passes over. */
async function existing(host: Host, paths: readonly string[]): Promise<Pick<Places, "present" | "hidden">> {
  const looked = await Promise.all(
    [...new Set(paths)].map(async (path) => ({ path, real: await host.realPath(path) })),
  );
  const unasked = looked.flatMap(({ path, real }) =>
    real.ok || real.trouble === "missing" || real.trouble === "denied" ? [] : [[path, whyNot(path, real)] as const],
  );
  return {
    present: new Map(looked.flatMap(({ path, real }) => (real.ok ? [[path, real.value] as const] : []))),
    hidden: new Map(unasked),
  };
}

/** What `ldconfig -p` told. */
interface Cache {
  readonly entries: readonly CacheEntry[];
  /** Why it is not known what stands in the cache. */
  readonly silent?: Said;
  /** Why there seems to be no cache: musl has none, and its ldconfig, if any, knows no -p. */
  readonly none?: Said;
}

async function loaderCache(host: Host): Promise<Cache> {
  const PATH = `/usr/sbin:/sbin:${host.env.PATH ?? ""}`;
  const run = await host.run(["ldconfig", "-p"], { env: { PATH } });
  if (run.outcome === "missing") return { entries: [], none: outcomeOf("ldconfig -p", run.outcome) };
  if (run.outcome !== "ended") return { entries: [], silent: outcomeOf("ldconfig -p", run.outcome) };
  if (run.exitCode !== null && run.exitCode !== 0) return { entries: [], none: texts.noCache() };
  const whole = !run.truncated && run.signal === null && isLoaderCache(run.stdout);
  if (!whole) return { entries: [], silent: texts.cutShort() };
  const entries = parseLoaderCache(run.stdout, Object.values(names));
  return { entries: entries.filter(({ flags }) => fitsArchitecture(flags, host.identity.arch)) };
}

/** Where an interpreter finds its packages, worked out from its folders by the rules of Python's `site` module. */
import type { Host } from "../../host/host.ts";
import type { Said } from "../../text/message.ts";
import { namesOf, whyNot } from "../parse/answers.ts";
import type { Environment } from "./environment.ts";
import { foldersIn, namesIn, pathsOf } from "./paths.ts";

export interface SiteFolders {
  /** "3.11", null where neither the interpreter nor its folders tell. */
  readonly version: string | null;
  /** Folders of this environment alone. */
  readonly own: readonly string[];
  /** All folders in the order of sys.path. */
  readonly all: readonly string[];
  /** Why some of them may be left out. */
  readonly unread: readonly Said[];
}

/** @param version of the interpreter, as far as it is known: "3.11.7" */
export async function siteFolders(host: Host, environment: Environment, version: string | null): Promise<SiteFolders> {
  const { venv, prefix } = environment;
  const unread: Said[] = environment.doubt === null ? [] : [environment.doubt];
  const minor = minorOf(version) ?? minorOf(venv?.version ?? null) ?? (await onlyVersionIn(host, prefix));
  const own = await packageFolders(host, prefix, minor, environment.kind === "system", unread);
  const shared = venv === null || venv.systemSitePackages;
  const user = shared && minor !== null && !host.env.PYTHONNOUSERSITE ? userSite(host, minor) : [];
  const base = venv?.systemSitePackages && venv.home ? await baseFolders(host, venv.home, minor, unread) : [];
  const all = [...foldersIn(host, host.env.PYTHONPATH), ...user, ...own, ...base];
  return {
    version: minor,
    own: environment.kind === "system" ? [...user, ...own] : own,
    all: [...new Set(all)],
    unread,
  };
}

function minorOf(version: string | null): string | null {
  return /^(\d+\.\d+)/.exec(version ?? "")?.[1] ?? null;
}

function baseFolders(host: Host, home: string, minor: string | null, unread: Said[]): Promise<string[]> {
  const prefix = host.identity.platform === "win32" ? home : pathsOf(host).dirname(home);
  return packageFolders(host, prefix, minor, true, unread);
}

const libraryFolder = /^(?:python|pypy)(\d+\.\d+)t?$/;

async function onlyVersionIn(host: Host, prefix: string): Promise<string | null> {
  if (host.identity.platform === "win32") return null;
  const names = await namesIn(host, pathsOf(host).join(prefix, "lib"));
  const versions = names.flatMap((name) => libraryFolder.exec(name)?.[1] ?? []);
  return versions.length === 1 ? (versions[0] ?? null) : null;
}

async function packageFolders(
  host: Host,
  prefix: string,
  minor: string | null,
  system: boolean,
  unread: Said[],
): Promise<string[]> {
  const { join } = pathsOf(host);
  if (host.identity.platform === "win32") return [join(prefix, "Lib", "site-packages")];
  const lib = await host.listFolder(join(prefix, "lib"));
  if (!lib.ok && lib.trouble !== "missing") unread.push(whyNot(join(prefix, "lib"), lib));
  const names = namesOf(lib).filter((name) => libraryFolder.test(name));
  const fitting = minor === null ? names : names.filter((name) => libraryFolder.exec(name)?.[1] === minor);
  const found = fitting.map((name) => join(prefix, "lib", name, "site-packages"));
  return system && minor !== null ? [...debianFolders(prefix, minor), ...found, ...lib64(prefix, minor)] : found;
}

/** Debian keeps distribution packages in dist-packages, https://wiki.debian.org/Python#Deviations_from_upstream */
function debianFolders(prefix: string, minor: string): string[] {
  const local = [`/usr/local/lib/python${minor}/dist-packages`, `/usr/local/lib/python${minor}/site-packages`];
  return prefix === "/usr" ? [...local, "/usr/lib/python3/dist-packages"] : [];
}

/** Fedora and its kin keep packages with compiled code in lib64. */
function lib64(prefix: string, minor: string): string[] {
  const local = prefix === "/usr" ? [`/usr/local/lib64/python${minor}/site-packages`] : [];
  return [...local, `${prefix}/lib64/python${minor}/site-packages`];
}

/** https://docs.python.org/3/library/site.html#site.USER_SITE */
function userSite(host: Host, minor: string): string[] {
  const { join } = pathsOf(host);
  const { platform, home } = host.identity;
  const base = host.env.PYTHONUSERBASE;
  if (platform === "win32") {
    const root = base || join(host.env.APPDATA || join(home, "AppData", "Roaming"), "Python");
    return [join(root, `Python${minor.replace(".", "")}`, "site-packages")];
  }
  const usual = join(base || join(home, ".local"), "lib", `python${minor}`, "site-packages");
  return platform === "darwin" && !base
    ? [join(home, "Library/Python", minor, "lib/python/site-packages"), usual]
    : [usual];
}

import type { OsFacts } from "../facts.ts";

/**
 * Feature releases by build.
 * https://learn.microsoft.com/windows/release-health/windows11-release-information and …/release-information (Windows 10)
 */
const releases: readonly (readonly [build: number, release: string])[] = [
  [26200, "25H2"],
  [26100, "24H2"],
  [22631, "23H2"],
  [22621, "22H2"],
  [22000, "21H2"],
  [19045, "22H2"],
  [19044, "21H2"],
  [19043, "21H1"],
  [19042, "20H2"],
  [19041, "2004"],
  [18363, "1909"],
  [18362, "1903"],
  [17763, "1809"],
];

/**
 * Windows by its version ("10.0.22631") and the name it gives itself, if any. The name can lie: the registry's
 * ProductName still says Windows 10 on Windows 11, which begins with build 22000. Servers are named by themselves.
 */
export function windowsName(version: string, ownName?: string): OsFacts {
  const build = Number(/^\d+\.\d+\.(\d+)/.exec(version)?.[1] ?? Number.NaN);
  const known = Number.isInteger(build);
  const said = (ownName ?? "").replace(/^Microsoft /, "").trim();
  const server = /Server/i.test(said);
  const base = said || (known ? `Windows ${build >= 22000 ? 11 : 10}` : "Windows");
  const named = known && build >= 22000 && !server ? base.replace(/Windows 10/, "Windows 11") : base;
  const release = server ? undefined : releases.find(([at]) => at === build)?.[1];
  return {
    name: release === undefined || named.endsWith(release) ? named : `${named} ${release}`,
    id: "windows",
    version: release ?? (known ? version : null),
    like: [],
    build: known ? build : null,
  };
}

/** macOS by SystemVersion.plist, the file that `sw_vers` prints; null where it is another file. */
export function macosName(plist: string): OsFacts | null {
  const version = /<key>ProductVersion<\/key>\s*<string>([0-9.]+)<\/string>/.exec(plist)?.[1];
  return version === undefined ? null : { name: `macOS ${version}`, id: "macos", version, like: [], build: null };
}

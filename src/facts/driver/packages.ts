import type { Host } from "../../host/host.ts";
import { message, type Said } from "../../text/message.ts";
import { absent, type Fact, unknown, value } from "../fact.ts";
import type { Package } from "../facts.ts";
import { namesOf, outcomeOf } from "../parse/answers.ts";
import { dpkgQuery, parseDpkgQuery, parsePacmanFolders, parseRpmQuery, rpmQuery } from "../parse/driver-packages.ts";

const texts = {
  noManager: message(
    "no package manager that is understood (dpkg, rpm, pacman)",
    "没有可识别的包管理器（dpkg、rpm、pacman）",
  ),
};

type Found = { readonly asked: string; readonly packages: readonly Package[] } | { readonly why: Said };

/** Installed packages of the NVIDIA driver, by whichever package managers keep books here. */
export async function driverPackages(host: Host): Promise<Fact<readonly Package[]>> {
  const found = (await Promise.all([byDpkg(host), byRpm(host), byPacman(host)])).filter((each) => each !== undefined);
  if (found.length === 0) return unknown(texts.noManager());
  const packages = found.flatMap((each) => ("packages" in each ? each.packages : []));
  const evidence = found.flatMap((each) =>
    "packages" in each && each.packages.length > 0 ? [told(each.asked, each.packages)] : [],
  );
  if (packages.length > 0) return value(packages, ...evidence);
  const failed = found.find((each) => "why" in each);
  return failed && "why" in failed ? unknown(failed.why) : absent();
}

async function byDpkg(host: Host): Promise<Found | undefined> {
  if (!(await host.stat("/var/lib/dpkg/status")).ok) return undefined;
  const run = await host.run(dpkgQuery);
  return run.outcome === "ended"
    ? { asked: "dpkg -l '*nvidia*'", packages: parseDpkgQuery(run.stdout) }
    : { why: outcomeOf("dpkg-query", run.outcome) };
}

async function byRpm(host: Host): Promise<Found | undefined> {
  const folders = await Promise.all(["/var/lib/rpm", "/usr/lib/sysimage/rpm"].map((folder) => host.listFolder(folder)));
  if (!folders.some((folder) => namesOf(folder).some((name) => /^(?:rpmdb\.sqlite|Packages)/.test(name))))
    return undefined;
  const run = await host.run(rpmQuery);
  return run.outcome === "ended"
    ? { asked: "rpm -qa '*nvidia*'", packages: parseRpmQuery(run.stdout) }
    : { why: outcomeOf("rpm", run.outcome) };
}

async function byPacman(host: Host): Promise<Found | undefined> {
  const folder = await host.listFolder("/var/lib/pacman/local");
  return folder.ok ? { asked: "pacman -Q", packages: parsePacmanFolders(folder.value) } : undefined;
}

function told(source: string, packages: readonly Package[]): { source: string; excerpt: string } {
  return {
    source,
    excerpt: packages
      .slice(0, 3)
      .map(({ name, version }) => `${name} ${version ?? ""}`)
      .join("\n"),
  };
}

/**
 * The Pythons that matter: those that something selects, and those that hold a framework (which is how a framework in
 * the wrong environment is told). Others are left out, and only the ones that matter are started.
 */
import type { Host } from "../host/host.ts";
import { absent, known, unknown, value, whyUnknown } from "./fact.ts";
import type { PythonFacts } from "./facts.ts";
import { frameworksIn, holdsFramework } from "./frameworks.ts";
import type { Probe } from "./probe.ts";
import { type Candidate, installedPythons, launcherPythons, selectedPythons } from "./python/candidates.ts";
import { type Environment, environmentOf } from "./python/environment.ts";
import { askInterpreter } from "./python/interpreter.ts";
import { nvidiaWheels, readPackages } from "./python/packages.ts";
import { mapLimited } from "./python/paths.ts";
import { siteFolders } from "./python/sites.ts";
import { wheelPlatform } from "./python/torch-builds.ts";

/** One interpreter under all the paths by which it was found. */
interface Found {
  readonly environment: Environment;
  readonly foundBy: readonly string[];
}

export const pythonsProbe: Probe<"pythons"> = {
  subject: "pythons",
  needs: [],
  async look(host, look) {
    const launcher = await launcherPythons(host);
    const [selected, installed] = await Promise.all([
      selectedPythons(host, look, launcher).then((found) => distinct(host, found)),
      installedPythons(host, launcher).then((found) => distinct(host, found)),
    ]);
    const all = merge(selected, installed);
    const chosen = all.slice(0, selected.length);
    const pythons = await mapLimited(all, host.identity.availableParallelism, (found) => describe(host, found, chosen));
    const kept = pythons.filter((python) => python !== undefined);
    return kept.length === 0 ? absent() : value(kept);
  },
};

/** A path and the environment it belongs to make an interpreter: a venv links to its base but is another one. */
function keyOf({ realPath, prefix }: Environment): string {
  return `${realPath}\n${prefix}`;
}

async function distinct(host: Host, candidates: readonly Candidate[]): Promise<Found[]> {
  const environments = await Promise.all(candidates.map(({ path }) => environmentOf(host, path)));
  return merge(
    environments.map((environment, index) => ({ environment, foundBy: [candidates[index]?.foundBy ?? ""] })),
    [],
  );
}

function merge(first: readonly Found[], second: readonly Found[]): Found[] {
  const byKey = new Map<string, Found>();
  for (const found of [...first, ...second]) {
    const key = keyOf(found.environment);
    const known = byKey.get(key);
    const foundBy = [...new Set([...(known?.foundBy ?? []), ...found.foundBy])];
    byKey.set(key, { environment: known?.environment ?? found.environment, foundBy });
  }
  return [...byKey.values()];
}

/** Facts of one interpreter, or undefined where nothing selects it and no framework is in it. */
async function describe(host: Host, found: Found, selected: readonly Found[]): Promise<PythonFacts | undefined> {
  const { environment } = found;
  if (!selected.includes(found)) {
    const sites = await siteFolders(host, environment, null);
    const own = await readPackages(host, sites.own, environment.prefix);
    if (!holdsFramework(own.folders)) return undefined;
  }
  const asked = await askInterpreter(host, environment.path);
  const told = known(asked);
  const unasked = unknown(whyUnknown(asked) ?? "it did not say");
  const sites = await siteFolders(host, environment, told?.version ?? null);
  const packages = await readPackages(host, sites.all, environment.prefix);
  const platform = wheelPlatform(told?.platform ?? host.identity.platform, host.identity.arch);
  // Without an answer and without a folder nobody knows where this Python looks for packages.
  const lost = told === undefined && packages.folders.length === 0;
  return {
    path: environment.path,
    realPath: environment.realPath,
    version: told === undefined ? unasked : value(told.version),
    environment: environment.kind,
    foundBy: found.foundBy,
    active: found === selected[0],
    platform: told === undefined ? unasked : value(told.platform),
    startMethod: told?.startMethod ?? unasked,
    startMethods: told?.startMethods ?? unasked,
    ...(told && { build: { implementation: told.implementation, bits: told.bits, freeThreaded: told.freeThreaded } }),
    frameworks: lost ? unasked : await frameworksIn(host, packages, platform),
    nvidiaWheels: lost ? unasked : value(nvidiaWheels(packages)),
  };
}

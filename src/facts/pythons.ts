/**
 * The Pythons that matter: those that something selects, and those that hold a framework (which is how a framework in
 * the wrong environment is told). Others are left out, and only the ones that matter are started.
 */
import type { Host } from "../host/host.ts";
import { message } from "../text/message.ts";
import { absent, known, unknown, value, whyUnknown } from "./fact.ts";
import type { PythonFacts } from "./facts.ts";
import { frameworksIn, holdsFramework } from "./frameworks.ts";
import type { Probe } from "./probe.ts";
import {
  type Candidate,
  installedPythons,
  type LauncherEntry,
  launcherPythons,
  selectedPythons,
} from "./python/candidates.ts";
import { type Environment, environmentOf } from "./python/environment.ts";
import { askInterpreter } from "./python/interpreter.ts";
import { nvidiaWheels, type Packages, readPackages } from "./python/packages.ts";
import { limiter } from "./python/paths.ts";
import { siteFolders } from "./python/sites.ts";
import { wheelPlatform } from "./python/torch-builds.ts";

const texts = {
  silent: message("it did not say", "它没有说明"),
};

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
    const inTurn = limiter(host.identity.availableParallelism);
    const selected = await selectedPythons(host, look, launcher).then((found) => distinct(host, found));
    // A start of Python takes longer than all the looking about, so the selected ones start before it.
    const [chosen, others] = await Promise.all([
      Promise.all(selected.map((found, index) => inTurn(() => describe(host, found, index === 0)))),
      othersWithFramework(host, selected, launcher).then((found) =>
        Promise.all(found.map((one) => inTurn(() => describe(host, one, false)))),
      ),
    ]);
    const pythons = [...chosen, ...others];
    return pythons.length === 0 ? absent() : value(pythons);
  },
};

/** Installed interpreters that nothing selects, but that hold a framework. */
async function othersWithFramework(
  host: Host,
  selected: readonly Found[],
  launcher: readonly LauncherEntry[],
): Promise<Found[]> {
  const known = new Set(selected.map(({ environment }) => keyOf(environment)));
  const installed = await distinct(host, await installedPythons(host, launcher));
  const others = installed.filter(({ environment }) => !known.has(keyOf(environment)));
  const holding = await Promise.all(
    others.map(async ({ environment }) => {
      const sites = await siteFolders(host, environment, null);
      const { folders, unread } = await readPackages(host, sites.own, environment.prefix, sites.unread);
      return holdsFramework(folders) || unread.length > 0;
    }),
  );
  return others.filter((_, index) => holding[index]);
}

/** A venv is one interpreter, though its python links to its base; elsewhere a prefix such as /usr can hold several. */
function keyOf({ realPath, prefix, venv }: Environment): string {
  return venv === null ? `${realPath}\n${prefix}` : prefix;
}

/** Candidates that are the same interpreter made one, in the order in which they came. */
async function distinct(host: Host, candidates: readonly Candidate[]): Promise<Found[]> {
  const byKey = new Map<string, { readonly environment: Environment; readonly foundBy: Set<string> }>();
  const environments = await Promise.all(candidates.map(({ path }) => environmentOf(host, path)));
  for (const [index, environment] of environments.entries()) {
    const found = byKey.get(keyOf(environment)) ?? { environment, foundBy: new Set() };
    found.foundBy.add(candidates[index]?.foundBy ?? "");
    byKey.set(keyOf(environment), found);
  }
  return [...byKey.values()].map(({ environment, foundBy }) => ({ environment, foundBy: [...foundBy] }));
}

/** A wheel may lie in the very folder that could not be read. */
function wheelsOf(packages: Packages): PythonFacts["nvidiaWheels"] {
  const wheels = nvidiaWheels(packages);
  const [doubt] = packages.unread;
  return doubt !== undefined && Object.keys(wheels).length === 0 ? unknown(doubt) : value(wheels);
}

async function describe(host: Host, { environment, foundBy }: Found, active: boolean): Promise<PythonFacts> {
  const asked = await askInterpreter(host, environment.path);
  const told = known(asked);
  const unasked = unknown(whyUnknown(asked) ?? texts.silent());
  const sites = await siteFolders(host, environment, told?.version ?? null);
  const packages = await readPackages(host, sites.all, environment.prefix, sites.unread);
  const platform = wheelPlatform(told?.platform ?? host.identity.platform, host.identity.arch);
  // Without an answer and without a folder nobody knows where this Python looks for packages.
  const lost = told === undefined && packages.folders.length === 0;
  return {
    path: environment.path,
    realPath: environment.realPath,
    version: told === undefined ? unasked : value(told.version),
    environment: environment.kind,
    foundBy,
    active,
    platform: told === undefined ? unasked : value(told.platform),
    startMethod: told?.startMethod ?? unasked,
    startMethods: told?.startMethods ?? unasked,
    ...(told && { build: { implementation: told.implementation, bits: told.bits, freeThreaded: told.freeThreaded } }),
    frameworks: lost ? unasked : await frameworksIn(host, packages, platform),
    nvidiaWheels: lost ? unasked : wheelsOf(packages),
  };
}

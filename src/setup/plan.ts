import {
  activePython,
  hypervisorOf,
  inContainer,
  inWsl,
  onMacos,
  onWindows,
  trainingPythons,
} from "../../checks/situation.ts";
import type { Diagnosis } from "../diagnosis/diagnose.ts";
import { known } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import { containerSteps } from "./journeys/container.ts";
import { type Context, causesOf, isAdvice, mend } from "./journeys/context.ts";
import { linuxSteps } from "./journeys/linux.ts";
import { vmSteps } from "./journeys/vm.ts";
import { windowsSteps } from "./journeys/windows.ts";
import { wslSteps } from "./journeys/wsl2.ts";
import type { Step } from "./step.ts";
import { stepsOfCause } from "./steps.ts";
import type { Target } from "./target.ts";

export const journeys = ["windows", "wsl2", "container", "vm", "linux", "macos"] as const;
export type Journey = (typeof journeys)[number];

export interface Plan {
  readonly journey: Journey;
  readonly target: Target;
  readonly steps: readonly Step[];
}

/** Which way leads to a machine that trains. The innermost surroundings decide. */
function journeyOf(facts: Facts): Journey {
  if (onWindows(facts)) return hypervisorOf(facts) === undefined ? "windows" : "vm";
  if (onMacos(facts)) return "macos";
  if (inContainer(facts)) return "container";
  if (inWsl(facts)) return "wsl2";
  return hypervisorOf(facts) === undefined ? "linux" : "vm";
}

const byJourney: Readonly<Record<Journey, (context: Context) => Step[]>> = {
  windows: windowsSteps,
  wsl2: wslSteps,
  container: containerSteps,
  vm: vmSteps,
  linux: linuxSteps,
  macos: linuxSteps,
};

/** What is to be done, in order: a pure function of what is known. */
export function planFor(context: Context): Plan {
  const { facts, target } = context;
  const journey = journeyOf(facts);
  const steps = byJourney[journey](context);
  const frameworks = target.env === null ? frameworkCauses(context) : [];
  const workers = journey === "windows" ? [] : mend(context, ["workers"], true);
  const proof = steps.findIndex(({ id }) => id === "tfjs" || id === "train");
  const before = proof < 0 ? steps.length : proof;
  const all = [...steps.slice(0, before), ...frameworks, ...workers, ...steps.slice(before)];
  return { journey, target, steps: distinct(all) };
}

/** The user's own environment is mended by the remedies of what is wrong with it. */
function frameworkCauses(context: Context): Step[] {
  const { facts, target } = context;
  if (onWindows(facts) && target.way === "wsl2") return [];
  const tfjs = /^(tfjs|node-version)/;
  return causesOf(context, "frameworks")
    .filter(({ cause }) => cause.id !== "framework-not-installed")
    .filter(({ cause }) => (target.framework === "tfjs") === tfjs.test(cause.id))
    .flatMap((cause) => stepsOfCause(facts, cause, isAdvice(context, cause)));
}

/** Two causes may ask for the same thing. */
function distinct(steps: readonly Step[]): Step[] {
  const doing = ({ actions, byHand, title }: Step): string => JSON.stringify([actions, byHand, title.en]);
  const lasting = steps.filter((one, at) => steps.findIndex((other) => doing(other) === doing(one)) === at);
  return lasting.filter((one, at) => lasting.findIndex((other) => other.id === one.id) === at);
}

export interface Wishes {
  readonly target?: Target["target"];
  readonly framework?: Target["framework"];
  readonly env?: "venv" | "conda" | "uv";
  readonly mirror?: string;
  readonly way?: "windows" | "wsl2";
  /** Absolute. */
  readonly dir: string;
}

/** The target as far as it is given, completed by what the machine can do. */
export function targetFor(facts: Facts, diagnosis: Diagnosis, wishes: Wishes): Target {
  const target = wishes.target ?? (gpuInReach(diagnosis) ? "gpu" : "cpu");
  const framework = wishes.framework ?? frameworkHere(facts);
  const journey = journeyOf(facts);
  const windows = journey === "windows";
  // TensorFlow has no GPU build for native Windows, so wanting it there means going to WSL2.
  const needsWsl = framework === "tensorflow" && target === "gpu";
  return {
    target,
    framework,
    env: wishes.env ?? (ownEnvironment(facts) === null ? null : usualEnvironment(facts)),
    dir: wishes.dir,
    mirror: wishes.mirror ?? null,
    way: windows ? (wishes.way ?? (needsWsl ? "wsl2" : "windows")) : null,
  };
}

/** Does it train on the GPU, or is what keeps it from that a fault that can be mended? */
function gpuInReach({ verdict, causes }: Diagnosis): boolean {
  if (verdict.gpuTraining === "yes") return true;
  return (
    verdict.status === "not-ready" &&
    causes.some(({ cause }) => !cause.hardware && !cause.harmless && cause.group !== "workers")
  );
}

/** What is installed already; PyTorch where nothing is. */
function frameworkHere(facts: Facts): Target["framework"] {
  const installed = trainingPythons(facts).flatMap((python) =>
    (known(python.frameworks) ?? []).map(({ name }) => name),
  );
  if (installed.includes("torch")) return "torch";
  if (installed.includes("tensorflow")) return "tensorflow";
  const node = known(facts.node);
  return node !== undefined && known(node.tfjs) !== undefined ? "tfjs" : "torch";
}

/** Desktop guests are often bare; Miniconda brings a Python of its own. Everywhere else there is one for a venv. */
function usualEnvironment(facts: Facts): "conda" | "venv" {
  const desktop: readonly unknown[] = ["vmware", "virtualbox", "parallels"];
  return desktop.includes(hypervisorOf(facts)) && !onWindows(facts) ? "conda" : "venv";
}

/** null: the active Python is an environment of the user's own, or a container's, and is taken as it is. */
function ownEnvironment(facts: Facts): null | undefined {
  const python = activePython(facts);
  if (python === undefined) return undefined;
  const frameworks = known(python.frameworks) ?? [];
  const own = ["venv", "conda", "uv"].includes(python.environment);
  return own || frameworks.length > 0 || inContainer(facts) ? null : undefined;
}

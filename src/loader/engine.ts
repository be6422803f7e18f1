import { posix, win32 } from "node:path";
import { known } from "../facts/fact.ts";
import type { PythonFacts } from "../facts/facts.ts";
import { pythonsProbe } from "../facts/pythons.ts";
import type { Host } from "../host/host.ts";
import { pythonScript, scriptsFolder } from "../host/scripts.ts";
import { UsageError } from "../usage-error.ts";

const engineNames = ["torch", "python", "node"] as const;
export type EngineName = (typeof engineNames)[number];

export interface Engine {
  readonly name: EngineName;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The interpreter that measures; null for node. */
  readonly python: string | null;
  /** Why this one, in English. */
  readonly why: string;
}

export interface EngineWish {
  readonly engine: EngineName | "auto";
  readonly python: string | undefined;
  /** A data set of the user needs Python. */
  readonly needsPython: boolean;
}

/** The best engine that there is: PyTorch in the Python that will train, else that Python alone, else Node. */
export async function chooseEngine(host: Host, { engine, python, needsPython }: EngineWish): Promise<Engine> {
  if (engine === "node") {
    if (needsPython) throw new UsageError("--engine node measures the data sets table and images only");
    return nodeEngine(host, "asked for");
  }
  const found = known(await pythonsProbe.look(host, python === undefined ? {} : { python }, {})) ?? [];
  const active = found.find((each) => each.active);
  const why = whyUnusable(active);
  if (active === undefined || why !== null) {
    if (engine === "auto" && !needsPython && python === undefined)
      return nodeEngine(host, why ?? "no Python was found");
    throw new UsageError(why ?? "no Python was found; give one with --python PATH");
  }
  const torch = known(active.frameworks)?.find(({ name }) => name === "torch");
  if (engine === "torch" && torch === undefined) {
    const other = found.find((each) => known(each.frameworks)?.some(({ name }) => name === "torch"));
    const hint = other === undefined ? "install it there, or take --engine python" : `try --python ${other.path}`;
    throw new UsageError(`${active.path} has no PyTorch (framework-not-installed); ${hint}`);
  }
  const takesTorch = torch !== undefined && engine !== "python";
  return pythonEngine(
    active,
    takesTorch ? "torch" : "python",
    takesTorch ? `PyTorch ${torch.version}` : "no PyTorch in it",
  );
}

function whyUnusable(python: PythonFacts | undefined): string | null {
  if (python === undefined) return null;
  const version = known(python.version);
  if (version === undefined) {
    return `${python.path} did not answer${python.version.state === "unknown" ? `: ${python.version.reason}` : ""}`;
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 3 && minor >= 8 ? null : `${python.path} is Python ${version}; the benchmark needs 3.8 or newer`;
}

function pythonEngine(python: PythonFacts, name: "torch" | "python", why: string): Engine {
  return {
    name,
    argv: [python.path, pythonScript("loader_main.py")],
    // No bytecode is written beside the user's files.
    env: { PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
    python: python.path,
    why,
  };
}

function nodeEngine(host: Host, why: string): Engine {
  const { join, dirname } = host.identity.platform === "win32" ? win32 : posix;
  const program = join(dirname(scriptsFolder()), "node", "loader.mjs");
  return { name: "node", argv: [host.identity.node.execPath, program], env: {}, python: null, why };
}

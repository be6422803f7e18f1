import { posix, win32 } from "node:path";
import { known } from "../facts/fact.ts";
import type { PythonFacts } from "../facts/facts.ts";
import { pythonsProbe } from "../facts/pythons.ts";
import type { Host } from "../host/host.ts";
import { pythonScript, scriptsFolder } from "../host/scripts.ts";
import { message, type Said, verbatim } from "../text/message.ts";
import { UsageError } from "../usage-error.ts";

const engineNames = ["torch", "python", "node"] as const;
export type EngineName = (typeof engineNames)[number];

export interface Engine {
  readonly name: EngineName;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The interpreter that measures; null for node. */
  readonly python: string | null;
  /** Why this one. */
  readonly why: Said;
}

const texts = {
  nodeSets: message(
    "--engine node measures the data sets table and images only",
    "--engine node 只能测量 table 和 images 这两个数据集",
  ),
  askedFor: message("asked for", "按要求使用"),
  noPython: message("no Python was found", "没有找到 Python"),
  givePython: message("no Python was found; give one with --python PATH", "没有找到 Python；请用 --python PATH 指定"),
  noTorch: message(
    "{path} has no PyTorch (framework-not-installed); {hint}",
    "{path} 中没有 PyTorch（framework-not-installed）；{hint}",
  ),
  install: message("install it there, or take --engine python", "请在其中安装，或使用 --engine python"),
  other: message("try --python {path}", "可改用 --python {path}"),
  withoutTorch: message("no PyTorch in it", "其中没有 PyTorch"),
  silent: message("{path} did not answer", "{path} 没有响应"),
  silentWhy: message("{path} did not answer: {why}", "{path} 没有响应：{why}"),
  tooOld: message(
    "{path} is Python {version}; the benchmark needs 3.8 or newer",
    "{path} 是 Python {version}；基准测试需要 3.8 或更高版本",
  ),
};

export interface EngineWish {
  readonly engine: EngineName | "auto";
  readonly python: string | undefined;
  /** A data set of the user needs Python. */
  readonly needsPython: boolean;
}

/** The best engine that there is: PyTorch in the Python that will train, else that Python alone, else Node. */
export async function chooseEngine(host: Host, { engine, python, needsPython }: EngineWish): Promise<Engine> {
  if (engine === "node") {
    if (needsPython) throw new UsageError(texts.nodeSets());
    return nodeEngine(host, texts.askedFor());
  }
  const found = known(await pythonsProbe.look(host, python === undefined ? {} : { python }, {})) ?? [];
  const active = found.find((each) => each.active);
  const why = whyUnusable(active);
  if (active === undefined || why !== null) {
    if (engine === "auto" && !needsPython && python === undefined) return nodeEngine(host, why ?? texts.noPython());
    throw new UsageError(why ?? texts.givePython());
  }
  const torch = known(active.frameworks)?.find(({ name }) => name === "torch");
  if (engine === "torch" && torch === undefined) {
    const other = found.find((each) => known(each.frameworks)?.some(({ name }) => name === "torch"));
    const hint = other === undefined ? texts.install() : texts.other({ path: other.path });
    throw new UsageError(texts.noTorch({ path: active.path, hint }));
  }
  const takesTorch = torch !== undefined && engine !== "python";
  return pythonEngine(
    active,
    takesTorch ? "torch" : "python",
    takesTorch ? verbatim(`PyTorch ${torch.version}`) : texts.withoutTorch(),
  );
}

function whyUnusable(python: PythonFacts | undefined): Said | null {
  if (python === undefined) return null;
  const version = known(python.version);
  if (version === undefined) {
    const { path, version: asked } = python;
    return asked.state === "unknown" ? texts.silentWhy({ path, why: asked.reason }) : texts.silent({ path });
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 3 && minor >= 8 ? null : texts.tooOld({ path: python.path, version });
}

function pythonEngine(python: PythonFacts, name: "torch" | "python", why: Said): Engine {
  return {
    name,
    argv: [python.path, pythonScript("loader_main.py")],
    // No bytecode is written beside the user's files.
    env: { PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
    python: python.path,
    why,
  };
}

function nodeEngine(host: Host, why: Said): Engine {
  const { join, dirname } = host.identity.platform === "win32" ? win32 : posix;
  const program = join(dirname(scriptsFolder()), "node", "loader.mjs");
  return { name: "node", argv: [host.identity.node.execPath, program], env: {}, python: null, why };
}

/** An environment with a framework in it, and the proof that it trains. */
import { installCpuBuild, installGpuBuild } from "../../../checks/causes/framework-install.ts";
import { callable, pythonOs, quoted } from "../../../checks/causes/python.ts";
import { familyOf, install } from "../../../checks/causes/remedies.ts";
import { activePython, onWindows, trainingPythons } from "../../../checks/situation.ts";
import type { Remedy } from "../../diagnosis/cause.ts";
import { known, unknown, value } from "../../facts/fact.ts";
import type { Facts, PythonFacts } from "../../facts/facts.ts";
import { message } from "../../text/message.ts";
import { needsRoot, type Step } from "../step.ts";
import { cannotUndo, step } from "../steps.ts";
import type { Target } from "../target.ts";
import { condaSteps } from "./conda.ts";
import type { Context } from "./context.ts";
import { frameworkOf, proofSteps, tfjsSteps } from "./proof.ts";

const texts = {
  notMade: message("not made yet", "尚未创建"),
  python: message("Install Python and its module venv", "安装 Python 及其 venv 模块"),
  pythonWhy: message(
    "Debian and Ubuntu keep what virtual environments need in a package of its own.",
    "Debian 和 Ubuntu 把虚拟环境所需的模块放在单独的软件包里。",
  ),
  uv: message("Install uv into an environment of its own", "把 uv 安装到它自己的环境中"),
  uvWhy: message(
    "uv makes environments and installs packages fast. In a folder of its own it changes nothing else.",
    "uv 能快速创建环境和安装软件包。放在单独的目录里不会影响其他东西。",
  ),
  create: message("Make an environment in {folder}", "在 {folder} 中创建环境"),
  createWhy: message(
    "What is installed into it leaves the Python of the system and other projects alone; deleting the folder removes all of it.",
    "装进其中的东西不会影响系统的 Python 和其他项目；删除该目录即可全部移除。",
  ),
  installWhy: message(
    "Which build fits is decided by the card, its driver, the Python and the system; the wrong one trains on the CPU or not at all.",
    "选择哪个构建取决于显卡、驱动、Python 和系统；选错了就只能用 CPU 训练，甚至完全无法训练。",
  ),
  inEnvironment: message("it goes with the environment's folder", "随环境目录一起移除"),
  extras: message("Install numpy and matplotlib", "安装 numpy 和 matplotlib"),
  extrasWhy: message("Nearly every training script imports them.", "几乎所有训练脚本都会导入它们。"),
};

/** The interpreter of the environment that the target asks for. */
export function environmentPython({ env, dir }: Pick<Target, "env" | "dir">, facts: Facts): string {
  const windows = onWindows(facts);
  const folder = environmentFolder({ env, dir }, facts);
  if (env === "conda") return windows ? `${folder}\\python.exe` : `${folder}/bin/python`;
  return windows ? `${folder}\\Scripts\\python.exe` : `${folder}/bin/python`;
}

export function environmentFolder({ env, dir }: Pick<Target, "env" | "dir">, facts: Facts): string {
  return `${dir}${onWindows(facts) ? "\\" : "/"}${env === "conda" ? ".conda" : ".venv"}`;
}

/** Make the environment, install, prove. Steps whose work is there already are left out. */
export function frameworkSteps(context: Context): Step[] {
  const { facts, target } = context;
  if (target.env === null) return inOwnEnvironment(context);
  const python = environmentPython(target, facts);
  const there = (known(facts.pythons) ?? []).find(({ path }) => path === python);
  const ready = there !== undefined && frameworksOf(there).includes(frameworkOf(target));
  const environment = there === undefined ? environmentSteps(context, python) : [];
  const installed = ready && !wantsOtherBuild(context) ? [] : [installStep(context, python)];
  const extras = there !== undefined && ready ? [] : [extrasStep(context, python)];
  return [...environment, ...installed, ...extras, ...tfjsSteps(context, python), ...proofSteps(context, python)];
}

/** The user's own environment: only what is missing is installed. */
function inOwnEnvironment(context: Context): Step[] {
  // Another environment may have what the active one lacks; then that is the one to use.
  const python = trainingPythons(context.facts)[0] ?? activePython(context.facts);
  const missing = python !== undefined && !frameworksOf(python).includes(frameworkOf(context.target));
  const path = python?.path ?? "python3";
  const installed = missing ? [installStep(context, path)] : [];
  return [...installed, ...tfjsSteps(context, path), ...proofSteps(context, python?.path)];
}

function frameworksOf(python: PythonFacts): readonly string[] {
  return (known(python.frameworks) ?? []).map(({ name }) => name);
}

/** Does the diagnosis of this environment find fault with the build that is in it? */
function wantsOtherBuild({ diagnosis, target }: Context): boolean {
  return (
    target.target === "gpu" &&
    diagnosis.causes.some(({ cause, fix }) => cause.group === "frameworks" && fix.length > 0 && !cause.harmless)
  );
}

function environmentSteps(context: Context, python: string): Step[] {
  const { facts, surroundings, target } = context;
  if (target.env === "conda") return condaSteps(context, createStep);
  const base = activePython(facts)?.path ?? "python3";
  const family = familyOf(facts);
  const debian = family === "debian" || family === "ubuntu";
  const first = debian && !surroundings.venv ? [pythonStep(family)] : [];
  if (target.env === "venv")
    return [...first, createStep(context, [`${callable(base, pythonOs(facts))} -m venv ${folderOf(context)}`], python)];
  if (surroundings.uv !== null) return [createStep(context, [`uv venv --python 3.12 ${folderOf(context)}`], python)];
  return [
    ...first,
    uvStep(context, base),
    createStep(
      context,
      [`${ownUv(context)} venv --python ${quoted(base, pythonOs(facts))} ${folderOf(context)}`],
      python,
    ),
  ];
}

function pythonStep(family: "debian" | "ubuntu"): Step {
  const lines = [install(family, ["python3-venv"])];
  return step({
    id: "python",
    title: texts.python(),
    why: texts.pythonWhy(),
    where: "linux",
    needs: ["sudo", "network"],
    cost: { minutes: 1, diskMiB: 30 },
    actions: [{ kind: "run", lines }],
  });
}

function uvStep(context: Context, base: string): Step {
  const { target, facts } = context;
  const folder = `${target.dir}${onWindows(facts) ? "\\" : "/"}.uv`;
  const shown = quoted(folder, pythonOs(facts));
  const tool = callable(`${folder}${onWindows(facts) ? "\\Scripts\\python.exe" : "/bin/python"}`, pythonOs(facts));
  const mirror =
    target.mirror === null || target.mirror.includes("{tag}")
      ? ""
      : ` --index-url ${quoted(target.mirror, pythonOs(facts))}`;
  const lines = [`${callable(base, pythonOs(facts))} -m venv ${shown}`, `${tool} -m pip install uv${mirror}`];
  return step({
    id: "uv",
    title: texts.uv(),
    why: texts.uvWhy(),
    needs: ["network"],
    cost: { minutes: 1, diskMiB: 60 },
    actions: [{ kind: "run", lines }],
    undo: { kind: "folder", path: folder },
  });
}

function ownUv({ target, facts }: Context): string {
  const path = onWindows(facts) ? `${target.dir}\\.uv\\Scripts\\uv.exe` : `${target.dir}/.uv/bin/uv`;
  return callable(path, pythonOs(facts));
}

function folderOf({ target, facts }: Context): string {
  return quoted(environmentFolder(target, facts), pythonOs(facts));
}

function createStep(context: Context, lines: readonly string[], python: string): Step {
  const folder = environmentFolder(context.target, context.facts);
  return step({
    ...{ id: "environment", title: texts.create({ folder }), why: texts.createWhy() },
    ...{
      needs: context.target.env === "venv" ? [] : ["network"],
      cost: { minutes: 1, diskMiB: context.target.env === "conda" ? 400 : 30 },
    },
    ...{
      actions: [{ kind: "run", lines }],
      verify: { kind: "exists", path: python },
      undo: { kind: "folder", path: folder },
    },
  });
}

/** The facts as they will be once the environment is there: then the catalogue's own remedies fit it. */
function withEnvironment({ facts, target }: Context, python: string): Facts {
  const base = activePython(facts);
  const version = target.env === "venv" || base === undefined ? base?.version : undefined;
  const environment: PythonFacts = {
    path: python,
    realPath: python,
    version: target.env === "conda" || version === undefined ? value("3.12") : version,
    environment: target.env ?? "venv",
    foundBy: ["--python"],
    active: true,
    platform: base?.platform ?? facts.system.platform,
    startMethod: unknown(texts.notMade()),
    startMethods: unknown(texts.notMade()),
    frameworks: { state: "absent" },
    nvidiaWheels: { state: "absent" },
  };
  return { ...facts, pythons: value([environment]) };
}

/** The remedy that installs the framework of the target into this environment. */
function installRemedies(context: Context, python: string): readonly Remedy[] {
  const facts = context.target.env === null ? context.facts : withEnvironment(context, python);
  const framework = frameworkOf(context.target);
  // Where the driver is still to be installed, it will be the newest one that knows the card.
  return context.target.target === "gpu"
    ? installGpuBuild(facts, framework, { driver: "580" })
    : [installCpuBuild(facts, framework)];
}

function installStep(context: Context, python: string): Step {
  const { target } = context;
  const [remedy, ...others] = installRemedies(context, python).map((one) => fitted(one, context));
  const lines = remedy?.commands ?? [];
  const own: Step = step({
    id: "framework",
    title: remedy?.title ?? texts.create({ folder: target.dir }),
    why: texts.installWhy(),
    where: remedy?.where ?? "any",
    needs: remedy?.needs ?? [],
    cost: target.target === "gpu" ? { minutes: 10, diskMiB: 8000 } : { minutes: 3, diskMiB: 1500 },
    actions: lines.length > 0 ? [{ kind: "run", lines }] : [],
    verify: { kind: "framework", python, name: frameworkOf(target) },
    others,
    undo: { kind: "none", why: target.env === null ? cannotUndo.command : texts.inEnvironment() },
  });
  return needsRoot(own) ? { ...own, undo: { kind: "packages" } } : own;
}

function extrasStep(context: Context, python: string): Step {
  const facts = withEnvironment(context, python);
  const command = pip(facts, python);
  const index = fullIndex(context);
  const lines = [`${command} install numpy matplotlib${index === null ? "" : ` --index-url ${index}`}`];
  return step({
    id: "extras",
    title: texts.extras(),
    why: texts.extrasWhy(),
    needs: ["network"],
    cost: { minutes: 1, diskMiB: 200 },
    actions: [{ kind: "run", lines: lines.map((line) => withUv(line, context)) }],
    optional: true,
    undo: { kind: "none", why: texts.inEnvironment() },
  });
}

function pip(facts: Facts, python: string): string {
  return activePython(facts)?.environment === "uv" ? `uv pip` : `${callable(python, pythonOs(facts))} -m pip`;
}

/** uv needs to be told the environment, and is called where it lies. */
function withUv(line: string, context: Context): string {
  if (!line.startsWith("uv pip install")) return line;
  const python = quoted(environmentPython(context.target, context.facts), pythonOs(context.facts));
  const told = line.includes("--python") ? line : line.replace("uv pip install", `uv pip install --python ${python}`);
  return context.surroundings.uv === null ? told.replace(/^uv /, () => `${ownUv(context)} `) : told;
}

/** A mirror of the whole of PyPI. */
function fullIndex({ target, facts }: Context): string | null {
  return target.mirror === null || target.mirror.includes("{tag}") ? null : quoted(target.mirror, pythonOs(facts));
}

/**
 * The remedy with the mirror in the place of the index. Where pip is configured to use an index of its own, that one is
 * kept and PyTorch's is asked beside it.
 */
function fitted(remedy: Remedy, context: Context): Remedy {
  const { target, surroundings } = context;
  const line = (command: string): string => {
    const index = /--index-url (\S+)/.exec(command)?.[1];
    const tag = index === undefined ? undefined : /\/whl\/(\w+)$/.exec(index)?.[1];
    const os = pythonOs(context.facts);
    if (target.mirror !== null) {
      const url = quoted(target.mirror.replaceAll("{tag}", tag ?? ""), os);
      if (index !== undefined) return command.replace(`--index-url ${index}`, () => `--index-url ${url}`);
      return target.mirror.includes("{tag}") || !/ install /.test(command) ? command : `${command} --index-url ${url}`;
    }
    return surroundings.pipIndex === null ? command : command.replace("--index-url ", "--extra-index-url ");
  };
  return { ...remedy, commands: remedy.commands.map((command) => withUv(line(command), context)) };
}

/** Which Python, script, folder and environment a command line means, found out by looking and never by running it. */
import { basename } from "node:path";
import type { Host } from "../host/host.ts";
import { message, type Said } from "../text/message.ts";
import { fileOf, type Place, placedHost } from "./command-files.ts";
import { condaPrefix, inEnvironment, projectEnvironment, uvEnvironment } from "./environments.ts";
import {
  clusterLaunchers,
  condaRun,
  elsewhere,
  hasOption,
  optionOf,
  ownEnvironment,
  projectRunners,
  python,
  shells,
  skip,
  uvRun,
  wrappers,
} from "./launchers.ts";
import { shebangOf } from "./shebang.ts";

/** What the command will run in. */
export interface CommandView {
  /** The interpreter, as a path or as a name on the PATH of `place`; null where no Python was found in the command. */
  readonly python: string | null;
  /** Why the interpreter cannot be told; null where it can. */
  readonly untold: Said | null;
  /** Path of the Python script that it runs. */
  readonly script: string | null;
  readonly place: Place;
  readonly notes: readonly Said[];
}

const texts = {
  noProgram: message("no program was found in the command", "命令中没有找到程序"),
  elsewhere: message(
    "{name} starts the command elsewhere: put envdoctor preflight inside",
    "{name} 会在别处启动命令：请把 envdoctor preflight 放到里面",
  ),
  shell: message(
    "what {name} starts is known only when it runs: put envdoctor preflight before the program itself",
    "{name} 启动什么要到运行时才知道：请把 envdoctor preflight 直接放在程序前面",
  ),
  own: message("{name} makes an environment of its own for the program", "{name} 会为程序创建自己的环境"),
  container: message(
    "{name} starts the command in a container: put envdoctor preflight inside",
    "{name} 会在容器中启动命令：请把 envdoctor preflight 放到容器里面",
  ),
  noConda: message("the conda environment {name} was not found", "找不到 conda 环境 {name}"),
  noProject: message(
    "the environment that {name} keeps for this project was not found here",
    "这里找不到 {name} 为本项目维护的环境",
  ),
  notFound: message("{word} was not found", "找不到 {word}"),
  noPython: message(
    "{word} is no Python program, and which Python it may start is not known",
    "{word} 不是 Python 程序，无法得知它会启动哪个 Python",
  ),
  nodes: message(
    "{launcher} starts the command on nodes of its choice: this judges the machine it is called on. To judge each node, put envdoctor behind it: {launcher} envdoctor preflight -- …",
    "{launcher} 会在它选择的节点上启动命令：这里判断的是当前机器。要判断每个节点，请把 envdoctor 放在它后面：{launcher} envdoctor preflight -- …",
  ),
  sudo: message(
    "sudo gives the command an environment of its own, which is not judged here.",
    "sudo 会给命令另一套环境变量，这里没有判断。",
  ),
};

const isInterpreter = /^(?:python|pypy)(?:\d{1,2}(?:\.\d{1,2}t?)?)?(?:\.exe)?$/i;
/** Nobody nests more launchers; a shebang that starts itself would go on for ever. */
const deepest = 12;

/** The view of a command line; `words` are as they were typed. */
export async function viewCommand(host: Host, words: readonly string[]): Promise<CommandView> {
  return new Viewer(host).view(words, 0);
}

class Viewer {
  private place: Place;
  private readonly notes: Said[] = [];

  constructor(private readonly host: Host) {
    this.place = { env: {}, cwd: host.identity.cwd };
  }

  async view(words: readonly string[], depth: number): Promise<CommandView> {
    const [word, ...rest] = words;
    if (word === undefined || depth > deepest) return this.untold(texts.noProgram());
    const name = basename(word).replace(/\.exe$/i, "");
    const go = (next: readonly string[]): Promise<CommandView> => this.view(next, depth + 1);
    if (isInterpreter.test(name)) return this.interpreter(word, rest);
    if (name === "env") return go(this.environment(rest));
    if (name === "sudo" || name === "doas") {
      this.notes.push(texts.sudo());
      return go(skip(rest, { options: { "-u": 1, "-g": 1, "-h": 1, "-p": 1, "-C": 1, "-D": 1 } }).rest);
    }
    const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
    if (wrapper) return go(skip(rest, wrapper).rest);
    const launcher = Object.hasOwn(clusterLaunchers, name) ? clusterLaunchers[name] : undefined;
    if (launcher) return this.onNodes(name, skip(rest, launcher), go);
    if (elsewhere.has(name)) return this.untold(texts.elsewhere({ name }));
    if (shells.has(name)) {
      return this.untold(texts.shell({ name }));
    }
    if (ownEnvironment.has(name)) return this.untold(texts.own({ name }));
    return this.inManager(name, rest, go) ?? this.file(word, rest, depth);
  }

  private onNodes(
    name: string,
    skipped: ReturnType<typeof skip>,
    go: (next: readonly string[]) => Promise<CommandView>,
  ): Promise<CommandView> {
    if (hasOption(skipped, "--container-image", "--container-name")) {
      return Promise.resolve(this.untold(texts.container({ name })));
    }
    this.notes.push(texts.nodes({ launcher: name }));
    return go(skipped.rest);
  }

  /** Conda, uv and the like, which run a command in an environment; undefined where it is none of them. */
  private inManager(
    name: string,
    rest: readonly string[],
    go: (next: readonly string[]) => Promise<CommandView>,
  ): Promise<CommandView> | undefined {
    const behind = rest[0] === "run" ? rest.slice(1) : undefined;
    if (behind === undefined) return undefined;
    if (name === "conda" || name === "mamba" || name === "micromamba") return this.conda(behind, go);
    if (name === "uv") return this.uv(behind, go);
    if (projectRunners.has(name)) return this.project(name, behind, go);
    return undefined;
  }

  /** env(1): -i, -u NAME, -C FOLDER, -S TEXT, NAME=VALUE … */
  private environment(words: readonly string[]): readonly string[] {
    const options = { "-u": 1, "--unset": 1, "-C": 1, "--chdir": 1 };
    const skipped = skip(words, { options }, (word) => /^(?:-S|--split-string)/.test(word));
    for (const [option, of] of skipped.options) {
      if (option === "-i" || option === "--ignore-environment")
        this.set(emptied({ ...this.host.env, ...this.place.env }));
      if ((option === "-u" || option === "--unset") && of !== undefined) this.set({ [of]: undefined });
      if ((option === "-C" || option === "--chdir") && of !== undefined) this.enter(of);
    }
    const rest = [...skipped.rest];
    const split = /^(?:-S|--split-string=?)(.*)$/s.exec(rest[0] ?? "");
    if (split) rest.splice(0, split[1] === "" ? 2 : 1, ...((split[1] || rest[1]) ?? "").trim().split(/\s+/));
    while (/^[A-Za-z_]\w*=/.test(rest[0] ?? "")) {
      const [assigned = ""] = rest.splice(0, 1);
      const equals = assigned.indexOf("=");
      this.set({ [assigned.slice(0, equals)]: assigned.slice(equals + 1) });
    }
    return rest;
  }

  private async conda(
    words: readonly string[],
    go: (next: readonly string[]) => Promise<CommandView>,
  ): Promise<CommandView> {
    const skipped = skip(words, condaRun);
    const wanted = { name: optionOf(skipped, "-n", "--name"), prefix: optionOf(skipped, "-p", "--prefix") };
    const prefix = await condaPrefix(this.here(), wanted);
    if (prefix === undefined) return this.untold(texts.noConda({ name: wanted.name ?? wanted.prefix ?? "" }));
    const cwd = optionOf(skipped, "--cwd");
    if (cwd !== undefined) this.enter(cwd);
    this.set({ ...inEnvironment(this.here(), prefix), CONDA_PREFIX: prefix });
    return go(skipped.rest);
  }

  private async uv(
    words: readonly string[],
    go: (next: readonly string[]) => Promise<CommandView>,
  ): Promise<CommandView> {
    const skipped = skip(words, uvRun);
    const folder = optionOf(skipped, "--directory");
    if (folder !== undefined) this.enter(folder);
    const module = optionOf(skipped, "-m", "--module");
    const script = optionOf(skipped, "-s", "--script", "--gui-script");
    const target = module !== undefined ? ["python", "-m", module] : script !== undefined ? ["python", script] : [];
    const first = skipped.rest[0] ?? "";
    const isScript = target.length === 0 && /\.pyw?$/.test(first);
    const next = [...(isScript ? ["python"] : target), ...skipped.rest];
    const file = script ?? (isScript ? first : undefined);
    const found = await uvEnvironment(this.here(), skipped, file);
    if ("untold" in found)
      return this.untold(found.untold, file === undefined ? null : await fileOf(this.here(), file));
    if (found.prefix !== null) this.set({ ...inEnvironment(this.here(), found.prefix), VIRTUAL_ENV: found.prefix });
    return go(next);
  }

  private async project(
    name: string,
    words: readonly string[],
    go: (next: readonly string[]) => Promise<CommandView>,
  ): Promise<CommandView> {
    const prefix = await projectEnvironment(this.here(), name);
    if (prefix === undefined) return this.untold(texts.noProject({ name }));
    this.set({ ...inEnvironment(this.here(), prefix), VIRTUAL_ENV: prefix });
    return go(skip(words, { options: { "-e": 1, "--environment": 1 } }).rest);
  }

  private async interpreter(word: string, words: readonly string[]): Promise<CommandView> {
    const told = { python: word, untold: null, place: this.place, notes: this.notes };
    const skipped = skip(words, python, (each) => /^-[A-Za-z]*[cm]/.test(each) || each === "-");
    const [first = "", second] = skipped.rest;
    const here = this.here();
    if (/^-[A-Za-z]*c/.test(first) || first === "-" || first === "") return { ...told, script: null };
    if (!first.startsWith("-")) return { ...told, script: await fileOf(here, first) };
    const module = /^-[A-Za-z]*m(.+)$/.exec(first)?.[1] ?? second ?? "";
    return { ...told, script: (await moduleFile(here, module)) ?? (await this.scriptAmong(skipped.rest)) };
  }

  /** A program by its file: the interpreter of its first line, and for a launcher such as torchrun the script it is given. */
  private async file(word: string, words: readonly string[], depth: number): Promise<CommandView> {
    const here = this.here();
    const path = await fileOf(here, word);
    if (path === null) return this.untold(texts.notFound({ word }));
    const shebang = await shebangOf(here, path);
    if (shebang === null) return this.untold(texts.noPython({ word }));
    const view = await this.view([...shebang, path, ...words], depth + 1);
    // The file of an installed program is not the user's script.
    const own = /[\\/]/.test(word) || word.endsWith(".py");
    return own ? view : { ...view, script: view.script === path ? await this.scriptAmong(words) : view.script };
  }

  private async scriptAmong(words: readonly string[]): Promise<string | null> {
    for (const word of words) {
      const found = word.endsWith(".py") ? await fileOf(this.here(), word) : null;
      if (found !== null) return found;
    }
    return null;
  }

  private here(): Host {
    return placedHost(this.host, this.place);
  }

  private set(env: Place["env"]): void {
    this.place = { ...this.place, env: { ...this.place.env, ...env } };
  }

  private enter(folder: string): void {
    this.place = { ...this.place, cwd: folder.startsWith("/") ? folder : `${this.place.cwd}/${folder}` };
  }

  private untold(why: Said, script: string | null = null): CommandView {
    return { python: null, untold: why, script, place: this.place, notes: this.notes };
  }
}

function emptied(env: Readonly<Record<string, string | undefined>>): Record<string, undefined> {
  return Object.fromEntries(Object.keys(env).map((name) => [name, undefined]));
}

/** The file of `python -m name` where it lies in the working folder, as one's own training script does. */
async function moduleFile(here: Host, module: string): Promise<string | null> {
  if (!/^\w+(?:\.\w+)*$/.test(module)) return null;
  const path = `./${module.replaceAll(".", "/")}`;
  return (await fileOf(here, `${path}.py`)) ?? fileOf(here, `${path}/__main__.py`);
}

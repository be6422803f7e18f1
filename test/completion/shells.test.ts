import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildProgram } from "../../src/cli/program.ts";
import { completionScript, type Shell } from "../../src/completion/script.ts";
import { Terminal } from "../wizard/terminal.ts";

/** Each: what is typed before TAB, and what the line then shows. */
const lines: readonly (readonly [string, string])[] = [
  ["envdoctor ch", "envdoctor check"],
  ["envdoctor prefl", "envdoctor preflight"],
  ["envdoctor bench lo", "envdoctor bench loader"],
  ["envdoctor help expl", "envdoctor help explain"],
  ["envdoctor --lang zh snap", "envdoctor --lang zh snapshot"],
  ["envdoctor check --fail", "envdoctor check --fail-on"],
  ["envdoctor --fail", "envdoctor --fail-on"],
  ["envdoctor bench loader --start-m", "envdoctor bench loader --start-methods"],
  ["envdoctor check --format mark", "envdoctor check --format markdown"],
  ["envdoctor check --format=mark", "envdoctor check --format=markdown"],
  ["envdoctor check --lang zh --fail-on unk", "envdoctor check --lang zh --fail-on unknown"],
  ["envdoctor train --engine tfjs-n", "envdoctor train --engine tfjs-node-gpu"],
  ["envdoctor completion powe", "envdoctor completion powershell"],
  ["envdoctor check --only gpu.pres", "envdoctor check --only gpu.present"],
  ["envdoctor check --only gpu.present,wsl.vers", "envdoctor check --only gpu.present,wsl.version"],
  ["envdoctor check --skip=gpu.present,wsl.vers", "envdoctor check --skip=gpu.present,wsl.version"],
  ["envdoctor bench loader --start-methods fork,forks", "envdoctor bench loader --start-methods fork,forkserver"],
  ["envdoctor causes wsl1-no", "envdoctor causes wsl1-no-gpu"],
  ["envdoctor preflight --require gpu.freeM", "envdoctor preflight --require gpu.freeMemoryMiB"],
  ["envdoctor preflight --require 'gpu.freeM", "envdoctor preflight --require 'gpu.freeMemoryMiB'"],
  ["envdoctor explain err", "envdoctor explain error.log"],
  ["envdoctor lint train.py oth", "envdoctor lint train.py other.py"],
  ["envdoctor lint my", "envdoctor lint my\\ data/"],
  ["envdoctor check -o err", "envdoctor check -o error.log"],
  ["envdoctor check --from err", "envdoctor check --from error.log"],
  ["envdoctor bench loader --dataset tabl", "envdoctor bench loader --dataset table"],
  ["envdoctor bench loader --dataset trai", "envdoctor bench loader --dataset train.py"],
  ["envdoctor preflight -- zz-trai", "envdoctor preflight -- zz-train-program"],
  ["envdoctor preflight --pin good.toml zz-trai", "envdoctor preflight --pin good.toml zz-train-program"],
  ["envdoctor preflight -- cat err", "envdoctor preflight -- cat error.log"],
];

/** Each: what is typed before TAB TAB, what is then offered, and what is not. */
const offers: readonly {
  readonly line: string;
  readonly shown: readonly string[];
  readonly hidden: readonly string[];
}[] = [
  { line: "envdoctor ", shown: ["check", "preflight", "bench", "completion"], hidden: ["error.log"] },
  { line: "envdoctor check --fail-on ", shown: ["fail", "warn", "unknown"], hidden: ["error.log"] },
  { line: "envdoctor check --timeout ", shown: [], hidden: ["error.log", "train.py"] },
  {
    line: "envdoctor causes wsl-l",
    shown: ["wsl-linux-driver-installed", "wsl-lspci-expected"],
    hidden: ["shm-too-small", "error.log"],
  },
  { line: "envdoctor check --only gpu.", shown: ["gpu.present", "gpu.memory"], hidden: ["wsl.version"] },
  { line: "envdoctor check --p", shown: ["--python"], hidden: ["--prove"] },
];

const folder = mkdtempSync(join(tmpdir(), "envdoctor-completion-"));
for (const name of ["error.log", "train.py", "other.py", "good.toml"]) writeFileSync(join(folder, name), "");
mkdirSync(join(folder, "my data"));
const programs = mkdtempSync(join(tmpdir(), "envdoctor-programs-"));
for (const name of ["zz-train-program", "envdoctor"]) {
  writeFileSync(join(programs, name), "#!/bin/sh\necho started\n", { mode: 0o755 });
}

interface Driven {
  readonly shell: Exclude<Shell, "powershell">;
  readonly argv: readonly string[];
  readonly load: (script: string) => string;
  /** How often TAB is pressed until the shell lists what there is. */
  readonly tabs: number;
}

const packaged = "/usr/share/bash-completion/bash_completion";
const bash = { shell: "bash", argv: ["bash", "--norc", "--noprofile"], tabs: 2 } as const;
const prompt = "function fish_prompt; echo -n '% '; end; set -g fish_greeting; set -g fish_autosuggestion_enabled 0";
const driven: Readonly<Record<string, Driven>> = {
  bash: { ...bash, load: (script) => `source ${script}` },
  "bash with bash-completion": { ...bash, load: (script) => `source ${packaged}; source ${script}` },
  zsh: {
    shell: "zsh",
    argv: ["zsh", "-f"],
    tabs: 1,
    load: (script) => `autoload -U compinit; compinit -D; setopt nolistambiguous; source ${script}`,
  },
  fish: { shell: "fish", argv: ["fish", "--no-config"], tabs: 1, load: (script) => `${prompt}; source ${script}` },
};

function lacks(name: string, { shell }: Driven): string | null {
  if (Terminal.missing) return Terminal.missing;
  if (spawnSync(shell, ["--version"]).error) return `${shell} is not installed`;
  return name === "bash with bash-completion" && !existsSync(packaged) ? "bash-completion is not installed" : null;
}

/** Seconds without a change after which a shell on a busy machine will not answer any more. */
const patience = 15;

/** A shell in a terminal, which is given one line after the other. */
class Typist {
  private readonly terminal: Terminal;
  private lines = 0;

  constructor(argv: readonly string[]) {
    this.terminal = new Terminal(argv, {}, 200);
  }

  /** Types a line and TABs behind a mark, which tells what follows from what was on the screen. */
  async type(line: string, tabs: number): Promise<void> {
    const mark = `mark ${++this.lines}`;
    this.terminal.press("C-u");
    await this.run(`echo ${mark}`, new RegExp(`^${mark}$`, "m"));
    this.terminal.press("-l", line);
    for (let tab = 0; tab < tabs; tab++) this.terminal.press("Tab");
  }

  async run(line: string, until: RegExp): Promise<string> {
    this.terminal.press("-l", line);
    this.terminal.press("Enter");
    return this.terminal.until(until);
  }

  /** What stands below the last mark, once `done` says so or it has not changed for `still` seconds. */
  async shown(done: (text: string) => boolean, still: number): Promise<string> {
    let before = "";
    for (let waited = 0; waited < still; waited += 0.05) {
      const screen = this.terminal.screen();
      const text = screen.slice(screen.lastIndexOf(`\nmark ${this.lines}\n`));
      if (done(text)) return text;
      if (text !== before) waited = 0;
      before = text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return before;
  }

  close(): void {
    this.terminal.close();
  }
}

for (const [name, way] of Object.entries(driven)) {
  const missing = lacks(name, way);
  describe(`completion in a real ${name}`, () => {
    if (missing !== null) {
      test("is not run", () => console.warn(`NOT RUN: completion in ${name}: ${missing}`));
      return;
    }
    const script = join(programs, `envdoctor.${way.shell}`);
    writeFileSync(script, completionScript(way.shell, buildProgram("en"), "en", "0.0.0"));
    // By `env`: the shell that tmux starts first would take the prompt out of the environment.
    const variables = [
      `PATH=${programs}:${process.env["PATH"]}`,
      `HOME=${folder}`,
      `XDG_CONFIG_HOME=${programs}`,
      `XDG_DATA_HOME=${programs}`,
      `PS1=${way.shell === "zsh" ? "%%" : "%"} `,
      "TERM=xterm-256color",
    ];
    let typist: Typist;
    beforeAll(() => {
      typist = new Typist(["env", "-C", folder, ...variables, ...way.argv]);
      return () => typist.close();
    });

    test("is loaded without a word", async () => {
      expect(await typist.run(`${way.load(script)}; echo loaded`, /^loaded$/m)).not.toMatch(/error|not found|unknown/i);
    });

    test("completes what is begun", async () => {
      const wrong: Record<string, string> = {};
      for (const [typed, wanted] of lines) {
        await typist.type(typed, 1);
        const fits = (screen: string): boolean => screen.includes(`\n% ${wanted}`);
        const screen = await typist.shown(fits, patience);
        if (!fits(screen)) wrong[typed] = screen;
      }
      expect(wrong).toEqual({});
    }, 120_000);

    test("lists what there is, and nothing else", async () => {
      const wrong: Record<string, string> = {};
      for (const { line, shown, hidden } of offers) {
        await typist.type(line, way.tabs);
        const screen = await typist.shown(
          (text) => shown.length > 0 && shown.every((word) => text.includes(word)),
          shown.length > 0 ? patience : 1,
        );
        const fits = shown.every((word) => screen.includes(word)) && !hidden.some((word) => screen.includes(word));
        if (!fits) wrong[line] = screen;
      }
      expect(wrong).toEqual({});
    }, 60_000);
  });
}

/** Steps and plans as a person reads them in a terminal. */
import { Chalk, type ChalkInstance } from "chalk";
import type { Need } from "../diagnosis/cause.ts";
import { hideCredentials } from "../host/redaction/credentials.ts";
import type { Look } from "../report/terminal.ts";
import { block, wrap } from "../report/wrap.ts";
import { marksOf } from "../text/marks.ts";
import { type Language, message, type Said } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import { difference, type Edit, edited } from "./edit.ts";
import { readIfThere } from "./files.ts";
import type { Journey, Plan } from "./plan.ts";
import { withoutSudo } from "./shell.ts";
import type { Action, Step } from "./step.ts";

const words = {
  plan: message("The plan: {count} steps ({journey}, {target})", "计划：{count} 个步骤（{journey}，{target}）"),
  nothing: message("There is nothing to set up.", "没有需要设置的内容。"),
  step: message("Step {at} of {count}", "第 {at} 步，共 {count} 步"),
  optional: message("optional", "可选"),
  needs: message("needs {needs}", "需要{needs}"),
  cost: message("about {minutes} min", "约 {minutes} 分钟"),
  disk: message("{mib} MB of disk", "占用磁盘 {mib} MB"),
  byHand: message("by hand", "手动完成"),
  change: message("Change {path}:", "修改 {path}："),
  gpu: message("train on the GPU", "用 GPU 训练"),
  cpu: message("train on the CPU", "用 CPU 训练"),
  shutdown: message(
    "This ends the distro, and this program with it. Open the distro again and run: envdoctor setup --resume",
    "这会结束该发行版以及本程序。重新打开发行版后执行：envdoctor setup --resume",
  ),
  elsewhere: message("A GPU is to be had elsewhere:", "可以在其他地方使用 GPU："),
};

const places: Readonly<Record<Step["where"], Said>> = {
  linux: message("in a Linux shell", "在 Linux shell 中")(),
  windows: message("on Windows, in PowerShell", "在 Windows 的 PowerShell 中")(),
  macos: message("in a macOS terminal", "在 macOS 终端中")(),
  guest: message("in the virtual machine", "在虚拟机中")(),
  host: message("on the host", "在宿主机上")(),
  any: message("here", "在本机")(),
};

const needNames: Readonly<Record<Need, Said>> = {
  sudo: message("root (sudo)", "root 权限（sudo）")(),
  administrator: message("an administrator's PowerShell", "管理员 PowerShell")(),
  network: message("network", "网络")(),
  reboot: message("a restart", "重启")(),
  "new-terminal": message("a new terminal", "新开终端")(),
  relogin: message("logging in again", "重新登录")(),
  downtime: message("running work to stop", "停止正在运行的任务")(),
};

const journeyNames: Readonly<Record<Journey, Said>> = {
  windows: message("native Windows", "原生 Windows")(),
  wsl2: message("WSL", "WSL")(),
  container: message("container", "容器")(),
  vm: message("virtual machine", "虚拟机")(),
  linux: message("Linux", "Linux")(),
  macos: message("macOS", "macOS")(),
};

export class Screen {
  readonly chalk: ChalkInstance;
  readonly language: Language;

  constructor(
    readonly look: Look,
    private readonly root: boolean,
  ) {
    this.chalk = new Chalk({ level: look.colour ? 1 : 0 });
    this.language = look.language;
  }

  say(said: Said): string {
    return said[this.language];
  }

  paragraph(text: string, indent = 0): string {
    return block(text, this.look.width, indent);
  }

  heading({ journey, target, steps }: Plan): string {
    const said = words.plan({
      count: steps.length,
      journey: this.say(journeyNames[journey]),
      target: this.say(target.target === "gpu" ? words.gpu() : words.cpu()),
    });
    return this.chalk.bold(this.paragraph(this.say(said)));
  }

  plan(plan: Plan): string {
    if (plan.steps.length === 0) return this.say(words.nothing());
    return [this.heading(plan), ...plan.steps.map((step, at) => this.step(step, at, plan.steps.length))].join("\n\n");
  }

  step(step: Step, at: number, count: number): string {
    const label = `${this.say(words.step({ at: at + 1, count }))}  `;
    const title = wrap(`${label}${this.say(step.title)}`, this.look.width, 2).join("\n");
    const about = this.about(step);
    const lines = [this.chalk.bold(title), ...(about === "" ? [] : [this.chalk.dim(this.paragraph(about, 2))])];
    for (const action of step.actions) lines.push(...this.action(action));
    if (step.byHand.length > 0) lines.push(`  ${this.say(places[step.where])}${marksOf(this.language).above}`);
    lines.push(...step.byHand.map((line) => `  ${this.chalk.cyan(line)}`));
    if (step.byHand.includes("wsl --shutdown")) lines.push(this.paragraph(this.say(words.shutdown()), 2));
    if (step.others.length > 0 && step.id.endsWith("/notice")) {
      lines.push(this.paragraph(this.say(words.elsewhere()), 2));
      lines.push(...step.others.map((other) => this.bullet(this.say(other.title))));
    }
    return lines.join("\n");
  }

  bullet(text: string): string {
    return wrap(`  ${this.look.unicode ? "·" : "*"} ${text}`, this.look.width, 4).join("\n");
  }

  private about(step: Step): string {
    const parts: string[] = [];
    if (step.optional) parts.push(this.say(words.optional()));
    if (step.actions.length === 0 && !step.id.endsWith("/notice")) parts.push(this.say(words.byHand()));
    if (step.actions.length === 0 && step.where !== "any" && step.byHand.length === 0)
      parts.push(this.say(places[step.where]));
    const needs = step.needs.filter((need) => !(need === "sudo" && this.root)).map((need) => this.say(needNames[need]));
    if (needs.length > 0) parts.push(this.say(words.needs({ needs: needs.join(marksOf(this.language).and) })));
    if (step.cost?.minutes) parts.push(this.say(words.cost({ minutes: step.cost.minutes })));
    if (step.cost?.diskMiB) parts.push(this.say(words.disk({ mib: step.cost.diskMiB })));
    return parts.join(this.language === "zh" ? "；" : "; ");
  }

  private action(action: Action): string[] {
    if (action.kind === "edit") return this.edit(action.edit);
    const lines = action.kind === "envdoctor" ? [`envdoctor ${action.args.join(" ")}`] : action.lines;
    // A mirror's address may carry a password, which the command needs and the screen does not.
    const shown = hideCredentials(lines, process.env).map((line) => (this.root ? withoutSudo(line) : line));
    return shown.map((line) => `  $ ${this.chalk.cyan(line)}`);
  }

  edit(edit: Edit): string[] {
    let before: Uint8Array | null;
    try {
      before = readIfThere(edit.path);
    } catch {
      before = null;
    }
    const lines = difference(before, edited(edit, before)).map((line) => {
      const shown = `    ${plainText(line)}`;
      return line.startsWith("+") ? this.chalk.green(shown) : line.startsWith("-") ? this.chalk.red(shown) : shown;
    });
    return [`  ${this.say(words.change({ path: edit.path }))}`, ...lines];
  }
}

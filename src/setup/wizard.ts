/** The questions that are put to a person. Their answers decide; nothing here acts. */
import inquirer from "inquirer";
import type { Remedy } from "../diagnosis/cause.ts";
import { message, type Said } from "../text/message.ts";
import type { Wishes } from "./plan.ts";
import type { Asker, Decision } from "./run.ts";
import type { Screen } from "./show.ts";
import { needsRoot, type Step } from "./step.ts";
import type { Target } from "./target.ts";

const texts = {
  yesOrNo: message("Answer with y or n", "请回答 y 或 n"),
  yes: message("Yes", "是"),
  no: message("No", "否"),
  target: message("What shall this machine train on?", "这台机器用什么训练？"),
  gpu: message("The GPU", "GPU"),
  cpu: message("The CPU", "CPU"),
  framework: message("With which framework?", "使用哪个框架？"),
  env: message("Where shall it be installed?", "安装到哪里？"),
  own: message("Into the Python that is active now, as it is", "安装到当前的 Python"),
  venv: message("Into a new venv in {dir}", "安装到 {dir} 中新建的 venv"),
  uv: message("Into a new environment made by uv in {dir}", "安装到 {dir} 中由 uv 新建的环境"),
  conda: message("Into a new conda environment in {dir}", "安装到 {dir} 中新建的 conda 环境"),
  way: message("Where shall the training run?", "训练在哪里运行？"),
  windows: message("On Windows itself (workers start slowly)", "直接在 Windows 上（worker 启动较慢）"),
  wsl2: message("In WSL2, Linux beside Windows (workers start fast)", "在 WSL2 中（worker 启动快）"),
  what: message("What now?", "接下来？"),
  run: message("Run it", "执行"),
  runRoot: message("Run it, with root rights (sudo)", "以 root 权限（sudo）执行"),
  did: message("I have done it", "我已完成"),
  goOn: message("Go on", "继续"),
  why: message("Why?", "为什么？"),
  other: message("Another way…", "其他方法…"),
  skip: message("Skip it", "跳过"),
  back: message("Back", "返回"),
  stop: message("Stop here; resume later", "到此为止，以后继续"),
  which: message("Which way?", "选择哪种方法？"),
  failed: message("It did not work. What now?", "没有成功。接下来？"),
  retry: message("Try again", "重试"),
  restart: message("A restart is needed for the steps that follow. What now?", "后续步骤需要重启。接下来？"),
  restartNow: message("Stop here; I restart and resume", "到此为止，我重启后继续"),
  later: message("Go on with what does not need it", "先继续不需要重启的步骤"),
  proceed: message("Begin?", "开始吗？"),
};

/** By the words of inquirer, which speaks English. */
const keyWords = {
  navigate: message("navigate", "移动"),
  select: message("select", "选择"),
};

/** The user pressed Ctrl-C or closed the input at a prompt. */
export class Left extends Error {
  override readonly name = "Left";
}

interface Choice<T> {
  readonly name: string;
  readonly value: T;
}

export class Wizard implements Asker {
  private readonly prompt = inquirer.createPromptModule({ output: process.stderr });

  constructor(
    private readonly screen: Screen,
    private readonly say: (text: string) => void,
  ) {}

  /** Asks for what was not given as a flag; `likely` is the default of each question. */
  async target(
    given: Partial<Wishes>,
    likely: Target,
    windows: boolean,
  ): Promise<Pick<Wishes, "target" | "framework" | "way"> & { env: Target["env"] }> {
    const target =
      given.target ??
      (await this.select(
        texts.target(),
        this.choices([
          ["gpu", texts.gpu()],
          ["cpu", texts.cpu()],
        ] as const),
        likely.target,
      ));
    const names: readonly Choice<Target["framework"]>[] = [
      { name: "PyTorch", value: "torch" },
      { name: "TensorFlow", value: "tensorflow" },
      { name: "TensorFlow.js (Node)", value: "tfjs" },
    ];
    const framework = given.framework ?? (await this.select(texts.framework(), names, likely.framework));
    const way = windows
      ? (given.way ??
        (await this.select(
          texts.way(),
          this.choices([
            ["windows", texts.windows()],
            ["wsl2", texts.wsl2()],
          ] as const),
          likely.way ?? "windows",
        )))
      : undefined;
    if (way === "wsl2") return { target, framework, way, env: null };
    const { dir } = likely;
    const environments = this.choices([
      ["own", texts.own()],
      ["venv", texts.venv({ dir })],
      ["conda", texts.conda({ dir })],
      ["uv", texts.uv({ dir })],
    ] as const);
    const env = given.env ?? (await this.select(texts.env(), environments, likely.env ?? "own"));
    return { target, framework, way, env: env === "own" ? null : env };
  }

  async step(step: Step, { first }: { readonly first: boolean }): Promise<Decision> {
    for (;;) {
      const answer = await this.select(
        texts.what(),
        this.actions(step, first),
        step.optional && step.actions.length > 0 && step.cause !== null ? "skip" : undefined,
      );
      if (answer === "why") this.say(this.reasons(step));
      else if (answer === "other") {
        const remedy = await this.otherWay(step);
        if (remedy !== null) return { kind: "other", remedy };
      } else return { kind: answer };
    }
  }

  async failed(step: Step): Promise<"retry" | "skip" | "stop"> {
    void step;
    return this.select(
      texts.failed(),
      this.choices([
        ["retry", texts.retry()],
        ["skip", texts.skip()],
        ["stop", texts.stop()],
      ] as const),
    );
  }

  async restart(): Promise<"stop" | "continue"> {
    return this.select(
      texts.restart(),
      this.choices([
        ["stop", texts.restartNow()],
        ["continue", texts.later()],
      ] as const),
    );
  }

  /** A question with yes or no. */
  async sure(question: Said): Promise<boolean> {
    const theme = { keywords: { error: () => this.screen.say(texts.yesOrNo()) } };
    const transformer = (yes: boolean): string => this.screen.say((yes ? texts.yes : texts.no)());
    return this.ask({ type: "confirm", message: this.screen.say(question), default: true, transformer, theme });
  }

  private actions(step: Step, first: boolean) {
    const notice = step.id.endsWith("/notice");
    const main =
      step.actions.length > 0
        ? (["run", needsRoot(step) ? texts.runRoot() : texts.run()] as const)
        : (["did", notice ? texts.goOn() : texts.did()] as const);
    return this.choices<"run" | "did" | "why" | "other" | "skip" | "back" | "stop">([
      main,
      ["why", texts.why()],
      ...(step.others.length > 0 && !notice ? [["other", texts.other()] as const] : []),
      ...(notice ? [] : [["skip", texts.skip()] as const]),
      ...(first ? [] : [["back", texts.back()] as const]),
      ["stop", texts.stop()],
    ]);
  }

  private reasons(step: Step): string {
    return `\n${this.screen.paragraph(this.screen.say(step.why), 2)}\n`;
  }

  private async otherWay(step: Step): Promise<Remedy | null> {
    const named = step.others.map((remedy, at) => ({ name: this.screen.say(remedy.title), value: at }));
    const chosen = await this.select(texts.which(), [...named, { name: this.screen.say(texts.back()), value: -1 }]);
    return step.others[chosen] ?? null;
  }

  private choices<T extends string>(pairs: readonly (readonly [T, Said])[]): Choice<T>[] {
    return pairs.map(([value, said]) => ({ value, name: this.screen.say(said) }));
  }

  private async select<T>(question: Said, choices: readonly Choice<T>[], preset?: T): Promise<T> {
    return this.ask({
      type: "select",
      message: this.screen.say(question),
      choices: [...choices],
      default: preset,
      loop: false,
      theme: { style: { keysHelpTip: (keys: readonly (readonly [string, string])[]) => this.keys(keys) } },
    });
  }

  /** What a key does, in the line below the choices. */
  private keys(keys: readonly (readonly [string, string])[]): string {
    const { chalk } = this.screen;
    const told = keys.map(([key, does]) => {
      const said = does in keyWords ? this.screen.say(keyWords[does as keyof typeof keyWords]()) : does;
      return `${chalk.bold(key)} ${chalk.dim(said)}`;
    });
    return told.join(chalk.dim(" • "));
  }

  private async ask<T>(question: object): Promise<T> {
    try {
      const { answer } = (await this.prompt([{ ...question, name: "answer" }] as never)) as { answer: T };
      return answer;
    } catch (error) {
      if (error instanceof Error && /^(ExitPromptError|AbortPromptError)$/.test(error.name)) throw new Left();
      throw error;
    }
  }
}

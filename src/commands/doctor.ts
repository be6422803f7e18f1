import { exitCodes } from "../exit-codes.ts";
import type { DoctorRun, SetupTaken } from "../report/html/doctor.ts";
import { trainReport } from "../report/train-report.ts";
import { environmentPython } from "../setup/journeys/framework.ts";
import type { Plan } from "../setup/plan.ts";
import type { Walked } from "../setup/run.ts";
import { carryOut, lookAt, planOf, wishesOf } from "../setup/session.ts";
import { message, type Said } from "../text/message.ts";
import { onlyDriverCanProve } from "../training/engines.ts";
import { version } from "../version.ts";
import { renderBench, runBench } from "./bench-loader.ts";
import { codeOfCheck, type Examined, examine, render } from "./check.ts";
import { formatOf, lookOf, writeReport } from "./output.ts";
import { codeOf, interruptible, liveSession, personAt, type SetupOptions } from "./setup.ts";
import { subjectOf } from "./subject.ts";
import { codeOfTraining, renderTraining, runTraining } from "./train.ts";

const texts = {
  check: message("1. Check", "1. 检查"),
  driver: message("The GPU, by its driver alone", "GPU（仅用驱动）"),
  setup: message("2. Setup", "2. 设置"),
  recheck: message("3. Check again", "3. 再次检查"),
  train: message("4. Train", "4. 训练"),
  bench: message("5. Loader", "5. DataLoader"),
  nothing: message("There is nothing to set up.", "没有需要设置的内容。"),
  notDone: message(
    "Nobody can be asked here, so these steps were not taken (--yes takes them):",
    "这里无法提问，因此未执行以下步骤（加 --yes 可执行）：",
  ),
  took: message("{part}: {seconds} s", "{part}：{seconds} 秒"),
  times: message("Time taken", "用时"),
};

type DoctorOptions = Omit<SetupOptions, "resume" | "undo" | "printScript" | "dryRun">;

/** `envdoctor doctor`: check, setup, check again, train, measure the loader. The last proof decides the exit code. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const walk = new Walk(options);
  process.exitCode = await walk.run();
  await walk.report();
}

class Walk {
  private readonly session: ReturnType<typeof liveSession>;
  private readonly page: boolean;
  private readonly startedAt = new Date();
  private readonly times: { part: Said; seconds: number }[] = [];
  private readonly seen: { -readonly [Key in keyof DoctorRun]?: DoctorRun[Key] } = {};
  private examined: Examined | null = null;

  constructor(private readonly options: DoctorOptions) {
    this.session = liveSession(options);
    this.page = formatOf(options) === "html";
  }

  /** Gives the exit code. */
  async run(): Promise<number> {
    const { page } = this;
    const common = { ...this.options, output: undefined };
    const checking = { ...common, failOn: "fail" } as const;
    this.examined = await this.part(texts.check(), () => this.check(checking));
    this.seen.before = this.examined;
    if (onlyDriverCanProve(this.examined.facts, this.examined.diagnosis)) {
      await this.part(texts.driver(), () => this.trainByDriver(common));
    }
    const after = await this.part(texts.setup(), () => this.setUp());
    if ("exitCode" in after) return after.exitCode;
    const own = after.python === "" ? {} : { python: after.python };
    this.examined = await this.part(texts.recheck(), () => this.check({ ...checking, ...own, quiet: true }));
    this.seen.after = this.examined;
    const trained = await this.part(texts.train(), async () => {
      const training = { ...common, ...own, engine: "auto", device: "auto", steps: 200 } as const;
      const ran = await runTraining(training, page);
      this.show(await renderTraining(ran, "text", common));
      return ran;
    });
    this.seen.trained = trained.run;
    await this.part(texts.bench(), async () => {
      const benching = { ...common, ...own, engine: "auto", stepMs: "auto", epochs: 10, budget: 20 } as const;
      const benched = await runBench(benching, page);
      if (benched === null) return;
      this.seen.benched = benched.done;
      this.show(await renderBench(benched, "text", common));
    });
    this.showTimes();
    return codeOfTraining(trained);
  }

  /** What is wrong with the driver is better known before gigabytes of framework are fetched. */
  private async trainByDriver(common: DoctorOptions): Promise<void> {
    const ran = await runTraining({ ...common, engine: "cuda", device: "cuda", steps: 200 }, false);
    const { screen } = this.session;
    if (ran.run.session.success) this.show(`${screen.paragraph(trainReport(ran.run, screen.language).summary)}\n`);
    else this.show(await renderTraining(ran, "text", common));
  }

  /** The page, where one was asked for; what was not come to is left out of it. */
  async report(): Promise<void> {
    const { seen, examined, times, startedAt } = this;
    if (!this.page || examined === null || seen.before === undefined) return;
    const { doctorHtml } = await import("../report/html/doctor.ts");
    const run: DoctorRun = {
      ...{ version, startedAt, times, before: seen.before, after: seen.after ?? null, setup: seen.setup ?? null },
      ...{ trained: seen.trained ?? null, benched: seen.benched ?? null },
    };
    await writeReport(doctorHtml(run, lookOf(this.options).language, subjectOf(examined)), this.options);
  }

  private async part<T>(title: Said, work: () => Promise<T>): Promise<T> {
    const { screen } = this.session;
    this.show(`${this.times.length === 0 ? "" : "\n"}${screen.chalk.bold(`== ${screen.say(title)}`)}\n\n`);
    const began = performance.now();
    const result = await work();
    this.times.push({ part: title, seconds: (performance.now() - began) / 1000 });
    return result;
  }

  private async check(options: Parameters<typeof examine>[0]): Promise<Examined> {
    const examined = await examine(options, this.page);
    this.show(await render(examined, "text", options));
    process.exitCode = codeOfCheck(examined, options);
    return examined;
  }

  /** Where the page goes to stdout, the walk is told on stderr. */
  private show(text: string): void {
    (this.page ? process.stderr : process.stdout).write(text);
  }

  private showTimes(): void {
    const { screen } = this.session;
    const lines = this.times.map(({ part, seconds }) =>
      screen.say(texts.took({ part: screen.say(part), seconds: seconds.toFixed(1) })),
    );
    this.show(`\n${screen.chalk.bold(screen.say(texts.times()))}\n${lines.map((line) => `  ${line}`).join("\n")}\n`);
  }

  /** The Python to go on with, "" for the active one; an exit code where the user stopped. */
  private async setUp(): Promise<{ readonly python: string } | { readonly exitCode: number }> {
    const { session, options } = this;
    const { screen, say } = session;
    const active = { python: options.python ?? "" };
    const wishes = wishesOf(options, process.cwd());
    const { plan, looked } = await planOf(session, wishes, false);
    this.seen.setup = { nobody: false, steps: [] };
    if (plan.steps.every(({ optional }) => optional)) {
      this.show(`${screen.say(texts.nothing())}\n`);
      return active;
    }
    const person = await personAt(session, options, "text");
    if (person === null && !options.yes) {
      const steps = plan.steps.map((step) => screen.bullet(screen.say(step.title)));
      this.show(`${screen.paragraph(screen.say(texts.notDone()))}\n${steps.join("\n")}\n`);
      this.seen.setup = taken(plan, null);
      return active;
    }
    const outcome = await interruptible(session, () => carryOut(session, wishes, { person, proof: false }));
    if (outcome === null) return { exitCode: exitCodes.interrupted };
    const { walked, plan: done, verified } = outcome;
    this.seen.setup = taken(done, walked);
    if (walked.stopped !== null && walked.stopped !== "failed") return { exitCode: codeOf(walked, verified) };
    say("");
    const { facts } = done.target.env === null ? looked : await lookAt(session);
    return done.target.env === null ? active : { python: environmentPython(done.target, facts) };
  }
}

/** null: nobody could be asked, so nothing was done. */
function taken(plan: Plan, walked: Walked | null): SetupTaken {
  const results = walked?.results ?? plan.steps.map((step) => ({ step, status: "planned" as const, detail: null }));
  return {
    nobody: walked === null,
    steps: results.map(({ step: { title, actions, byHand }, status, detail }) => ({
      ...{ title, status, detail },
      commands: [
        ...actions.flatMap((action) =>
          action.kind === "envdoctor" ? [`envdoctor ${action.args.join(" ")}`] : action.lines,
        ),
        ...byHand,
      ],
    })),
  };
}

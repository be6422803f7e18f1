import { exitCodes } from "../exit-codes.ts";
import { environmentPython } from "../setup/journeys/framework.ts";
import { carryOut, lookAt, planOf, wishesOf } from "../setup/session.ts";
import { message } from "../text/message.ts";
import { benchLoader } from "./bench-loader.ts";
import { check } from "./check.ts";
import { codeOf, interruptible, liveSession, personAt, type SetupOptions } from "./setup.ts";
import { train } from "./train.ts";

const texts = {
  check: message("1. Check", "1. 检查"),
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
  const session = liveSession(options);
  const { screen } = session;
  const times: string[] = [];
  const part = async <T>(title: { en: string; zh: string }, work: () => Promise<T>): Promise<T> => {
    process.stdout.write(`${times.length === 0 ? "" : "\n"}${screen.chalk.bold(`== ${screen.say(title)}`)}\n\n`);
    const began = performance.now();
    const result = await work();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    times.push(screen.say(texts.took({ part: screen.say(title), seconds })));
    return result;
  };
  const common = { ...options, output: undefined };
  await part(texts.check(), () => check({ ...common, failOn: "fail" }));
  const python = await part(texts.setup(), () => setUp(options, session));
  if (python === null) return;
  const own = python === "" ? {} : { python };
  await part(texts.recheck(), () => check({ ...common, ...own, failOn: "fail", quiet: true }));
  await part(texts.train(), () => train({ ...common, ...own, engine: "auto", device: "auto", steps: 200 }));
  const proven = process.exitCode ?? exitCodes.ok;
  await part(texts.bench(), () =>
    benchLoader({ ...common, ...own, engine: "auto", stepMs: "auto", epochs: 10, budget: 20 }),
  );
  process.stdout.write(
    `\n${screen.chalk.bold(screen.say(texts.times()))}\n${times.map((line) => `  ${line}`).join("\n")}\n`,
  );
  process.exitCode = proven;
}

/** The Python to go on with, "" for the active one; null where the user stopped. */
async function setUp(options: DoctorOptions, session: ReturnType<typeof liveSession>): Promise<string | null> {
  const { screen, say } = session;
  const wishes = wishesOf(options, process.cwd());
  const { plan, looked } = await planOf(session, wishes, false);
  if (plan.steps.every(({ optional }) => optional)) {
    process.stdout.write(`${screen.say(texts.nothing())}\n`);
    return options.python ?? "";
  }
  const person = await personAt(session, options, "text");
  if (person === null && !options.yes) {
    const steps = plan.steps.map((step) => screen.bullet(screen.say(step.title)));
    process.stdout.write(`${screen.paragraph(screen.say(texts.notDone()))}\n${steps.join("\n")}\n`);
    return options.python ?? "";
  }
  const outcome = await interruptible(session, () => carryOut(session, wishes, { person, proof: false }));
  if (outcome === null) return null;
  const { walked, plan: done, verified } = outcome;
  if (walked.stopped !== null && walked.stopped !== "failed") {
    process.exitCode = codeOf(walked, verified);
    return null;
  }
  say("");
  const { facts } = done.target.env === null ? looked : await lookAt(session);
  return done.target.env === null ? (options.python ?? "") : environmentPython(done.target, facts);
}

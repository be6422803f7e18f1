import type { CauseId } from "../../checks/causes/ids.ts";
import { message, type Said } from "../text/message.ts";
import { cudaFix, type Fix, guardFix, persistentFix, picklableFix } from "./fixes.ts";
import type { UnpicklableKind } from "./library/pickle.ts";
import type { Finding, Run, Start } from "./run/run.ts";
import type { Source } from "./source.ts";
import type { ScriptTree, Statement } from "./syntax/tree.ts";

/** What keeps a script from starting its workers, at a place of the text (1-based line and column). */
export interface Problem {
  readonly cause: CauseId;
  readonly line: number;
  readonly column: number;
  readonly severity: "fail" | "warn";
  readonly message: Said;
  readonly fix: Fix;
  /** Where the workers start. */
  readonly startLine: number;
}

/** What could not be read or known. */
export interface Note {
  readonly kind: "unreadable" | "workers-unknown" | "holds" | "too-long";
  readonly line: number;
  readonly column: number;
  /** As it stands in the text. */
  readonly what: string;
}

const texts = {
  guard: message(
    'Workers start here (line {start}: {what}) whenever the file is imported. Under spawn and forkserver each worker imports it and would start workers itself; Python stops this with "An attempt has been made to start a new process before the current process has finished its bootstrapping phase".',
    "只要导入该文件，这里就会启动 worker（第 {start} 行：{what}）。使用 spawn 或 forkserver 时，每个 worker 都会导入该文件并再次启动 worker；Python 会以“An attempt has been made to start a new process before the current process has finished its bootstrapping phase”报错终止。",
  ),
  guardMaybe: message(
    "Workers may start here (line {start}: {what}) when the file is imported: the number of workers depends on the machine. Where it is above 0, each worker started by spawn or forkserver fails.",
    "导入该文件时，这里可能会启动 worker（第 {start} 行：{what}）：worker 数量取决于机器。只要大于 0，以 spawn 或 forkserver 启动的 worker 都会失败。",
  ),
  guardMethod: message(
    'This sets the start method again in every worker that imports the file, which raises "context has already been set".',
    "每个导入该文件的 worker 都会再次设置启动方式，从而报错“context has already been set”。",
  ),
  guardExit: message(
    "This ends each worker while it imports the file, before it has begun to work.",
    "worker 在导入该文件时会在这里退出，还没有开始工作就已结束。",
  ),
  respawn: message(
    "The loader's workers start anew each time line {start} goes through it: under spawn every one starts a Python and imports torch again, for seconds, in each epoch.",
    "每次执行到第 {start} 行遍历该 DataLoader 时都会重新启动 worker：使用 spawn 时，每个 epoch 中每个 worker 都要重新启动 Python 并导入 torch，耗时数秒。",
  ),
  respawnMade: message(
    "A new loader is made in each epoch, and its workers start anew with it (line {start}): under spawn every one imports torch again, for seconds.",
    "每个 epoch 都会新建 DataLoader，其 worker 也随之重新启动（第 {start} 行）：使用 spawn 时每个 worker 都要重新导入 torch，耗时数秒。",
  ),
  cudaFork: message(
    'This uses CUDA in a forked worker, after the main process has used CUDA (line {start}): "Cannot re-initialize CUDA in forked subprocess".',
    "这里在 fork 出的 worker 中使用 CUDA，而主进程此前已使用过 CUDA（第 {start} 行）：会报错“Cannot re-initialize CUDA in forked subprocess”。",
  ),
  cudaWorker: message(
    "This uses CUDA in a loader's worker (started at line {start}): each worker opens a CUDA context of its own and takes GPU memory for it, and under fork it fails.",
    "这里在 DataLoader 的 worker 中使用 CUDA（于第 {start} 行启动）：每个 worker 都会创建自己的 CUDA 上下文并占用显存；使用 fork 时会直接失败。",
  ),
} as const;

const unpicklable: Readonly<Record<UnpicklableKind | "notebook", (values: { readonly start: number }) => Said>> = {
  lambda: message(
    "This lambda is sent to the workers that start at line {start}, and pickle cannot send a lambda.",
    "这个 lambda 会被发送给第 {start} 行启动的 worker，而 pickle 无法序列化 lambda。",
  ),
  function: message(
    "This function is defined inside another function and is sent to the workers that start at line {start}; pickle finds functions only at module level.",
    "这个函数定义在另一个函数内部，并会被发送给第 {start} 行启动的 worker；pickle 只能找到模块顶层的函数。",
  ),
  class: message(
    "An object of this class is sent to the workers that start at line {start}, but the class is defined inside a function, where pickle cannot find it.",
    "该类的对象会被发送给第 {start} 行启动的 worker，但这个类定义在函数内部，pickle 无法找到。",
  ),
  guarded: message(
    "This is sent to the workers that start at line {start}, but it is defined only where the script runs as the main program: a worker that imports the script does not have it.",
    "这个定义会被发送给第 {start} 行启动的 worker，但它只在脚本作为主程序运行时才存在：导入脚本的 worker 找不到它。",
  ),
  notebook: message(
    "This is sent to the workers that start at line {start}, but it is defined in the notebook, which a worker cannot import.",
    "这个定义会被发送给第 {start} 行启动的 worker，但它定义在 notebook 中，worker 无法导入。",
  ),
  file: message(
    "This open file is held by what is sent to the workers that start at line {start}, and pickle cannot send an open file.",
    "发送给第 {start} 行启动的 worker 的对象持有这个已打开的文件，而 pickle 无法序列化打开的文件。",
  ),
  lock: message(
    "This holds a lock and belongs to what is sent to the workers that start at line {start}; pickle cannot send a lock.",
    "它包含锁，并属于发送给第 {start} 行启动的 worker 的对象；pickle 无法序列化锁。",
  ),
  generator: message(
    "This generator belongs to what is sent to the workers that start at line {start}, and pickle cannot send a generator.",
    "这个生成器属于发送给第 {start} 行启动的 worker 的对象，而 pickle 无法序列化生成器。",
  ),
  connection: message(
    "This open connection belongs to what is sent to the workers that start at line {start}, and pickle cannot send it.",
    "这个打开的连接属于发送给第 {start} 行启动的 worker 的对象，而 pickle 无法序列化它。",
  ),
  module: message(
    "This module is held by what is sent to the workers that start at line {start}, and pickle cannot send a module.",
    "发送给第 {start} 行启动的 worker 的对象持有这个模块，而 pickle 无法序列化模块。",
  ),
};

/** One problem for each statement of the module that starts workers when it is imported. */
export function guardProblems(imported: Run, ended: boolean, tree: ScriptTree, source: Source): Problem[] {
  const problems = new Map<Statement | null, Problem>();
  for (const start of imported.starts) {
    if (start.certainty === "unknown" || start.method === "fork" || problems.has(start.statement)) continue;
    problems.set(start.statement, guardProblem(start, tree, source));
  }
  const at = imported.modulePlace;
  if (ended && at && !problems.has(imported.statement)) {
    problems.set(imported.statement, {
      cause: "missing-main-guard",
      ...placeOf(at.from, source),
      severity: "fail",
      message: texts.guardExit(),
      fix: guardFix(imported.statement, tree, source),
      startLine: source.lineAt(at.from),
    });
  }
  return [...problems.values()];
}

function guardProblem(start: Start, tree: ScriptTree, source: Source): Problem {
  const startLine = source.lineAt(start.from);
  const said = { start: startLine, what: short(start.what) };
  return {
    cause: "missing-main-guard",
    ...placeOf(start.module.from, source),
    severity: start.certainty === "sure" ? "fail" : "warn",
    message:
      start.kind === "method"
        ? texts.guardMethod()
        : start.certainty === "sure"
          ? texts.guard(said)
          : texts.guardMaybe(said),
    fix: guardFix(start.statement, tree, source),
    startLine,
  };
}

export function problemOf(finding: Finding, source: Source, notebook: boolean): Problem {
  const start = source.lineAt(finding.start.from);
  const place = { ...placeOf(finding.from, source), severity: finding.severity, startLine: start };
  switch (finding.kind) {
    case "respawn": {
      const said = finding.detail === "made-in-loop" ? texts.respawnMade({ start }) : texts.respawn({ start });
      return { cause: "windows-spawn-slow-epochs", ...place, message: said, fix: persistentFix(finding, source) };
    }
    case "cuda-in-worker": {
      const said = finding.severity === "fail" ? texts.cudaFork({ start }) : texts.cudaWorker({ start });
      return { cause: "fork-after-cuda-init", ...place, message: said, fix: cudaFix(finding, source) };
    }
    default: {
      const kind = finding.detail === "guarded" && notebook ? "notebook" : (finding.detail as UnpicklableKind);
      return {
        cause: "unpicklable-worker-args",
        ...place,
        message: unpicklable[kind]({ start }),
        fix: picklableFix(finding, kind, source),
      };
    }
  }
}

/** Starts of which it cannot be told whether they start any worker, where no problem is reported for them. */
export function noteStarts(starts: readonly Start[], problems: readonly Problem[], source: Source): Note[] {
  return starts
    .filter((start) => start.certainty === "unknown" && start.method !== "fork")
    .map((start): Note => ({ kind: "workers-unknown", ...placeOf(start.module.from, source), what: short(start.what) }))
    .filter(({ line }) => !problems.some((problem) => problem.line === line));
}

function placeOf(offset: number, source: Source): { readonly line: number; readonly column: number } {
  return { line: source.lineAt(offset), column: source.columnAt(offset) };
}

function short(what: string): string {
  const [line = ""] = what.split("\n");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

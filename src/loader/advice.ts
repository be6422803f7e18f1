/** What the numbers of a benchmark mean, in sentences, and the lines that carry it into a script. Pure. */
import type { CauseId } from "../../checks/causes/ids.ts";
import { message, type Said } from "../text/message.ts";
import { type Benched, nameOf } from "./benched.ts";
import { breakEvenBatches, cannotPay, type Parameters, stallFraction } from "./model.ts";
import type { LoaderTrouble } from "./session.ts";
import { pipeBytes } from "./starts.ts";

const texts = {
  nothing: message("nothing was measured", "什么都没有测到"),
  never: message(
    "Making a batch takes {make} ms and taking one over from a worker {take} ms beside a step of {step} ms: workers never pay off here.",
    "生成一个批次需 {make} ms，从 worker 接收一个批次需 {take} ms，训练步为 {step} ms：在这里 worker 永远得不偿失。",
  ),
  late: message(
    "Workers pay off after {even} batches; you have {have} ({batches} per epoch, {epochs} epochs).",
    "worker 在 {even} 个批次之后才划算；你只有 {have} 个（每轮 {batches} 个，共 {epochs} 轮）。",
  ),
  noGain: message(
    "An epoch takes {plain} s without workers and at best {best} s with them: within the noise of {noise} % that is the same.",
    "不用 worker 每轮 {plain} 秒，用 worker 最好 {best} 秒：在 {noise}% 的噪声范围内相同。",
  ),
  limited: message("No worker can be had: {limit}.", "无法使用 worker：{limit}。"),
  notMeasured: message("Workers could not be measured: {why}.", "无法测量 worker：{why}。"),
  gain: message(
    "num_workers={workers} by {start} takes an epoch from {plain} s to {best} s ({speedup} times as fast); they pay off after {even} batches and you have {have}.",
    "num_workers={workers}（{start}）把每轮时间从 {plain} 秒降到 {best} 秒（快 {speedup} 倍）；{even} 个批次之后即划算，你有 {have} 个。",
  ),
  cpuBound: message(
    "The training step still waits {stall} % of the time: {cpus} processors cannot make batches faster. Cheaper decoding, a cache or decoding on the GPU helps; more workers do not.",
    "训练步仍有 {stall}% 的时间在等待：{cpus} 个处理器已到极限。更省的解码、缓存或在 GPU 上解码才有用，增加 worker 无用。",
  ),
  binding: message("What binds is: {limit}.", "起限制作用的是：{limit}。"),
  equal: message(
    "Within {noise} % these are equal: {workers} workers.",
    "在 {noise}% 的误差内，以下 worker 数相同：{workers}。",
  ),
  cliff: message(
    "The pickled data set has {size}, more than the {pipe} KiB that a pipe holds: by spawn, workers start one after another. Keep it in a file or array that the worker opens.",
    "数据集 pickle 后为 {size}，超过管道容量 {pipe} KiB：用 spawn 时 worker 只能逐个启动。请把数据放在文件或数组里，由 worker 自己打开。",
  ),
  direct: message(
    "The data are tensors in memory: indexing them batch by batch is {factor} times as fast as any DataLoader.",
    "数据是内存中的张量：按批直接索引比任何 DataLoader 快 {factor} 倍。",
  ),
  jitter: message(
    "Batches differ much in time (coefficient of variation {jitter}): in_order=False lets quick ones pass slow ones.",
    "各批次耗时差异大（变异系数 {jitter}）：in_order=False 可让快的批次先行。",
  ),
  replay: message(
    "Every worker would replay the whole stream. Shard it in __iter__ by torch.utils.data.get_worker_info() before using workers.",
    "每个 worker 都会重放整个数据流。使用 worker 之前，请在 __iter__ 中按 torch.utils.data.get_worker_info() 分片。",
  ),
  assumed: message(
    "A training step of {ms} ms is assumed; give your own with --step-ms.",
    "假定训练步为 {ms} ms；请用 --step-ms 给出你自己的值。",
  ),
  contended: message(
    "Other programs had the processors {share} % of the time: run it again on a quiet machine.",
    "其他程序占用了 {share}% 的处理器时间：请在空闲的机器上重测。",
  ),
  modelOff: message(
    "The prediction was off by {error} %, so it was not relied on: more points were measured.",
    "预测偏差达 {error}%，因此没有采信，而是多测了一些点。",
  ),
  affinity: message(
    "A worker may use only {inside} of {outside} processors: an OpenMP runtime or taskset has narrowed its affinity.",
    "worker 只能使用 {outside} 个处理器中的 {inside} 个：OpenMP 运行时或 taskset 收窄了亲和性。",
  ),
  slowStart: message(
    "By {slow} a worker takes {slowSeconds} s to its first batch, by {quick} {quickSeconds} s.",
    "用 {slow} 启动的 worker 需 {slowSeconds} 秒才给出首个批次，用 {quick} 只需 {quickSeconds} 秒。",
  ),
  storage: message(
    "{folder} is on {filesystem}: it reads {there} files/s at best (with {readers} readers), the local disk {local}; moving the data there makes reading {factor} times as fast.",
    "{folder} 位于 {filesystem}：最快每秒读 {there} 个文件（{readers} 个读取者），本地磁盘为 {local} 个；把数据移过去可使读取快 {factor} 倍。",
  ),
  pinFails: message("Memory could not be pinned: {reason}", "无法锁页内存：{reason}"),
};

export interface Advice {
  readonly reason: Said;
  readonly notes: readonly Said[];
  /** Lines of Python to paste; none for node. */
  readonly lines: readonly string[];
  readonly persistentWorkers: boolean;
  readonly pinMemory: boolean;
}

export function advise(done: Benched): Advice {
  const pinMemory = pins(done);
  const workers = done.decision?.best.workers ?? 0;
  const persistentWorkers = workers > 0 && done.options.epochs > 1;
  const lines = done.engine.name === "node" ? [] : linesToPaste(done, persistentWorkers, pinMemory);
  return { reason: reasonOf(done), notes: notesOf(done), lines, persistentWorkers, pinMemory };
}

/** Pinned memory is worth it where the copy to the GPU gets at least a tenth faster. */
function pins({ step }: Benched): boolean {
  const pinned = step?.pinning?.pinnedSeconds;
  return pinned !== undefined && pinned !== null && pinned < 0.9 * (step?.pinning?.pageableSeconds ?? 0);
}

function reasonOf(done: Benched): Said {
  const { parameters: p, decision, limits } = done;
  if (p === null || decision === null) return texts.notMeasured({ why: firstTrouble(done) });
  const workers = decision.best.workers;
  if (workers > 0) return gainOf(done, p);
  const [tightest] = limits;
  if (tightest?.name === "replay") return texts.replay();
  if (tightest && tightest.maxWorkers === 0) return both((l) => texts.limited({ limit: tightest.says[l] })[l]);
  const [start] = done.starts;
  const someMeasured = done.candidates.some(({ workers: count }) => count > 0);
  if (start === undefined || !someMeasured) return texts.notMeasured({ why: firstTrouble(done) });
  const have = p.batches * p.epochs;
  const bestCount = bestWithWorkers(done);
  const even = breakEvenBatches(p, bestCount.workers, start);
  if (even !== null && even > have) {
    return texts.late({ even, have, batches: p.batches, epochs: p.epochs });
  }
  const plain = done.candidates.find((each) => each.workers === 0)?.epochSeconds ?? Number.NaN;
  if (even === null || cannotPay(p) || bestCount.epochSeconds > 1.1 * plain) {
    return texts.never({ make: ms(p.batchSeconds), take: ms(p.receiveSeconds), step: ms(p.stepSeconds) });
  }
  const noise = percent(decision.tolerance);
  return texts.noGain({ plain: seconds(plain), best: seconds(bestCount.epochSeconds), noise });
}

function bestWithWorkers({ candidates }: Benched): { workers: number; epochSeconds: number } {
  const some = candidates.filter(({ workers }) => workers > 0);
  return some.reduce((a, b) => (b.epochSeconds < a.epochSeconds ? b : a), {
    workers: 1,
    epochSeconds: Number.NaN,
    ...some[0],
  });
}

function gainOf(done: Benched, p: Parameters): Said {
  const best = done.decision?.best;
  const cost = done.starts.find((each) => best?.start && nameOf(each) === nameOf(best.start));
  if (!best || best.start === null) return texts.notMeasured({ why: "no start method" });
  return texts.gain({
    workers: best.workers,
    start: nameOf(best.start),
    plain: seconds(done.candidates.find((each) => each.workers === 0)?.epochSeconds ?? Number.NaN),
    best: seconds(best.epochSeconds),
    speedup: round(done.decision?.speedup ?? 1, 2),
    even: (cost && breakEvenBatches(p, best.workers, cost)) ?? 1,
    have: p.batches * p.epochs,
  });
}

function notesOf(done: Benched): Said[] {
  const { parameters: p, decision } = done;
  if (p === null) return [];
  const workers = decision?.best.workers ?? 0;
  const stall = workers > 0 ? measuredStall(done, workers, p) : 0;
  const cpuBound =
    workers > 0 && stall > 0.1 && p.batchCpuSeconds / p.batchSeconds > 0.7 && workers >= Math.floor(p.cpus);
  const [tightest] = done.limits;
  const binds = tightest && tightest.name !== "cpus" && workers > 0 && workers === tightest.maxWorkers;
  return [
    ...(cpuBound ? [texts.cpuBound({ stall: percent(stall), cpus: round(p.cpus, 2) })] : []),
    ...(binds ? [both((l) => texts.binding({ limit: tightest.says[l] })[l])] : []),
    ...equalNote(done),
    ...directNote(done, p),
    ...pickleNote(done),
    ...startNote(done),
    ...(p.jitter > 0.5 && workers > 0 ? [texts.jitter({ jitter: round(p.jitter, 2) })] : []),
    ...storageNote(done),
    ...doubts(done, p),
  ];
}

function measuredStall({ verified, swept }: Benched, workers: number, p: Parameters): number {
  const point =
    verified?.points.find((each) => each.workers === workers) ?? swept.find((each) => each.workers === workers);
  const [stall] = point?.stallFractions ?? [];
  return stall ?? stallFraction(p, workers);
}

function equalNote({ decision }: Benched): Said[] {
  if (decision === null || decision.equalWorkers.length < 2) return [];
  return [texts.equal({ noise: percent(decision.tolerance), workers: decision.equalWorkers.join(", ") })];
}

function directNote({ timed }: Benched, p: Parameters): Said[] {
  const direct = timed?.directSeconds;
  if (!direct) return [];
  const factor = (p.batches * p.batchSeconds) / direct;
  return factor > 2 ? [texts.direct({ factor: round(factor, 0) })] : [];
}

function pickleNote({ opened, starts }: Benched): Said[] {
  const size = opened.pickledBytes;
  const slow = starts.some(({ method, preload }) => method === "spawn" || (method === "forkserver" && !preload));
  if (size === null || size <= pipeBytes || !slow) return [];
  const mib = size / 2 ** 20;
  return [
    texts.cliff({ size: mib >= 1 ? `${round(mib, 1)} MiB` : `${Math.ceil(size / 1024)} KiB`, pipe: pipeBytes / 1024 }),
  ];
}

function startNote({ starts }: Benched): Said[] {
  const single = (start: (typeof starts)[number]): number => start.points[0]?.seconds ?? 0;
  const [quick] = [...starts].sort((a, b) => single(a) - single(b));
  const slow = starts.find((start) => quick && single(start) > 0.5 && single(start) > 4 * single(quick));
  if (quick === undefined || slow === undefined) return [];
  const [slowSeconds, quickSeconds] = [seconds(single(slow)), seconds(single(quick))];
  return [texts.slowStart({ slow: nameOf(slow), slowSeconds, quick: nameOf(quick), quickSeconds })];
}

function storageNote({ storage }: Benched): Said[] {
  if (storage === null || storage.there.length === 0) return [];
  const best = storage.there.reduce((a, b) => (b.filesPerSecond > a.filesPerSecond ? b : a));
  const local = Math.max(...storage.local.map(({ filesPerSecond }) => filesPerSecond));
  return [
    texts.storage({
      folder: storage.folder,
      filesystem: storage.filesystem,
      there: Math.round(best.filesPerSecond),
      readers: best.readers,
      local: Math.round(local),
      factor: round(local / Math.max(best.filesPerSecond, 1e-9), 1),
    }),
  ];
}

function doubts(done: Benched, p: Parameters): Said[] {
  const { step, timed, verified, starts } = done;
  const delays = sum(timed?.delays ?? []);
  const waited = delays / Math.max(delays + sum(timed?.cpus ?? []), 1e-9);
  const inside = starts[0]?.affinity ?? null;
  return [
    ...(step?.how === "assumed" ? [texts.assumed({ ms: ms(step.seconds) })] : []),
    ...(step?.pinning?.reason ? [texts.pinFails({ reason: step.pinning.reason })] : []),
    ...(waited > 0.1 ? [texts.contended({ share: percent(waited) })] : []),
    ...((verified?.modelError ?? 0) > 0.2 ? [texts.modelOff({ error: percent(verified?.modelError ?? 0) })] : []),
    ...(inside !== null && inside < Math.floor(p.cpus)
      ? [texts.affinity({ inside, outside: Math.floor(p.cpus) })]
      : []),
  ];
}

function linesToPaste(done: Benched, persistent: boolean, pin: boolean): string[] {
  const best = done.decision?.best;
  const size = `batch_size=${done.opened.batchSize}`;
  const pinned = pin ? ", pin_memory=True" : "";
  if (!best || best.start === null || best.workers === 0) {
    return [`loader = DataLoader(dataset, ${size}, num_workers=0${pinned})`];
  }
  const { method, preload } = best.start;
  const more = [
    `num_workers=${best.workers}`,
    `multiprocessing_context="${method}"`,
    ...(persistent ? ["persistent_workers=True"] : []),
    `prefetch_factor=${done.prefetch}`,
    ...(pin ? ["pin_memory=True"] : []),
  ];
  const first = preload ? ["import multiprocessing", 'multiprocessing.set_forkserver_preload(["torch"])', ""] : [];
  const [workers, ...others] = more;
  const indent = " ".repeat("loader = DataLoader(".length);
  return [
    ...first,
    `loader = DataLoader(dataset, ${size}, ${workers},`,
    `${indent}${others.slice(0, 1).join()},`,
    `${indent}${others.slice(1).join(", ")})`,
  ];
}

function firstTrouble({ troubles }: Benched): Said {
  return troubles[0]?.trouble.said ?? texts.nothing();
}

/** The root cause that a failure of workers betrays, null where the words tell none. */
export function causeOfTrouble({ kind, message: words, detail }: LoaderTrouble): CauseId | null {
  if (detail["cause"] === "missing-main-guard") return "missing-main-guard";
  if (/Too many open files|ancdata|Errno 24/.test(words)) return "open-file-limit";
  if (/Bus error|signal: Bus|SIGBUS|shared memory|No space left/.test(words)) return "shm-too-small";
  if (kind === "memory" || /signal: Killed|SIGKILL|MemoryError|Cannot allocate|exit code 12\b/.test(words))
    return "worker-oom-killed";
  return kind === "pickle" ? "unpicklable-worker-args" : null;
}

function both(say: (language: "en" | "zh") => string): Said {
  return { en: say("en"), zh: say("zh") };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const percent = (share: number): number => Math.round(share * 100);
const ms = (value: number): number => round(value * 1000, value < 0.01 ? 2 : 0);

/** Three telling digits. */
export function seconds(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "?";
}

/** How many workers a machine can bear, whatever they would be good for. */
import { known } from "../facts/fact.ts";
import type { LimitFacts } from "../facts/facts.ts";
import { message, type Said } from "../text/message.ts";

export const limitNames = [
  "cpus",
  "cpu-quota",
  "batches",
  "shared-memory",
  "memory",
  "open-files",
  "address-space",
  "asked",
  "replay",
  "unpicklable",
] as const;
export type LimitName = (typeof limitNames)[number];

export interface Limit {
  readonly name: LimitName;
  readonly maxWorkers: number;
  readonly says: Said;
}

export interface Demand {
  /** Batches of an epoch; null where nobody knows. */
  readonly batches: number | null;
  readonly batchBytes: number;
  readonly tensorsPerBatch: number;
  readonly prefetch: number;
  /** Share of the time of a batch that is processor time, 0…1. */
  readonly cpuShare: number;
  /** Memory that each worker has for itself alone, null where it is not known. */
  readonly workerMiB: number | null;
  /** Batches travel through /dev/shm, each tensor as a file descriptor. */
  readonly sharedMemory: boolean;
  readonly descriptors: boolean;
  readonly filesOpen: number;
  /** The limit of the measuring process, which counts where that of the shell is not known. */
  readonly openFilesLimit: number | null;
  /** The measuring process: its limit (ulimit -v) and its size. */
  readonly addressSpaceMiB: number | null;
  readonly virtualMiB: number | null;
  readonly asked: number | null;
}

const mib = 2 ** 20;
const mostWorth = 32;

const texts = {
  cpus: message("{cpus} processors for this process", "本进程可用 {cpus} 个处理器"),
  quota: message(
    "a CPU quota of {quota} of {cpus} processors (cgroup)",
    "cgroup 的 CPU 配额为 {quota} 个处理器（共 {cpus} 个）",
  ),
  batches: message(
    "{batches} batches per epoch: more workers would get none",
    "每轮只有 {batches} 个批次，再多的 worker 也分不到",
  ),
  shm: message(
    "{free} MiB free in /dev/shm, {need} MiB per worker",
    "/dev/shm 剩余 {free} MiB，每个 worker 需要 {need} MiB",
  ),
  memory: message(
    "{free} MiB of memory available, {need} MiB per worker",
    "可用内存 {free} MiB，每个 worker 需要 {need} MiB",
  ),
  files: message(
    "{soft} open files (ulimit -n), about {need} per worker",
    "最多打开 {soft} 个文件（ulimit -n），每个 worker 约需 {need} 个",
  ),
  address: message(
    "{limit} MiB of address space (ulimit -v), {used} MiB of it taken",
    "地址空间上限 {limit} MiB（ulimit -v），已用 {used} MiB",
  ),
  asked: message("--max-workers {most}", "--max-workers {most}"),
};

/** Every limit that is known, the tightest one first. */
export function workerLimits(facts: LimitFacts, demand: Demand): Limit[] {
  const limits = [
    processors(facts, demand),
    perEpoch(demand),
    sharedMemory(facts, demand),
    memory(facts, demand),
    openFiles(facts, demand),
    addressSpace(demand),
    demand.asked === null ? null : limit("asked", demand.asked, texts.asked({ most: demand.asked })),
  ];
  return limits.filter((each) => each !== null).sort((a, b) => a.maxWorkers - b.maxWorkers);
}

/** Processors that the workers share, after affinity and quota. */
export function usableCpus({ affinityCpus, hostCpus, quotaCpus }: LimitFacts): number {
  const cpus = known(affinityCpus) ?? known(hostCpus) ?? 1;
  return Math.max(0.1, Math.min(cpus, known(quotaCpus) ?? cpus));
}

/** Twice as many as processors, which evens out jitter; more where a batch mostly waits for its data. */
function processors(facts: LimitFacts, { cpuShare }: Demand): Limit {
  const cpus = usableCpus(facts);
  const most = Math.min(mostWorth, Math.max(Math.ceil(2 * cpus), Math.ceil(cpus / Math.max(cpuShare, 0.01))));
  const all = known(facts.affinityCpus) ?? known(facts.hostCpus) ?? cpus;
  const quota = known(facts.quotaCpus);
  if (quota !== undefined && quota < all) {
    return limit("cpu-quota", most, texts.quota({ quota: round(quota), cpus: all }));
  }
  return limit("cpus", most, texts.cpus({ cpus: round(cpus) }));
}

function perEpoch({ batches }: Demand): Limit | null {
  return batches === null ? null : limit("batches", batches, texts.batches({ batches }));
}

/** Half as much again as the batches in flight: segments are freed only when the consumer is done with them. */
function sharedMemory({ shm }: LimitFacts, demand: Demand): Limit | null {
  const room = known(shm);
  if (room === undefined || !demand.sharedMemory) return null;
  const need = (demand.prefetch * demand.batchBytes * 1.5) / mib;
  return limit(
    "shared-memory",
    room.freeMiB / Math.max(need, 1e-6),
    texts.shm({ free: room.freeMiB, need: round(need) }),
  );
}

function memory(facts: LimitFacts, demand: Demand): Limit | null {
  const free = known(facts.availableMemoryMiB) ?? known(facts.hostMemoryMiB);
  if (free === undefined || demand.workerMiB === null) return null;
  const room = Math.min(free, known(facts.cgroupMemoryMiB) ?? free) * 0.8;
  const need = demand.workerMiB + ((demand.prefetch + 1) * demand.batchBytes) / mib;
  return limit("memory", room / Math.max(need, 0.1), texts.memory({ free: Math.floor(room), need: Math.ceil(need) }));
}

/** Two pipes, a sentinel and a lock for each worker, and what the consumer and the worker hold open of each batch. */
function openFiles({ openFiles: fact }: LimitFacts, demand: Demand): Limit | null {
  const soft = known(fact)?.soft ?? demand.openFilesLimit;
  if (soft === null) return null;
  const need = 6 + (demand.descriptors ? demand.prefetch * demand.tensorsPerBatch : 0);
  return limit("open-files", (soft - demand.filesOpen - 12) / need, texts.files({ soft, need }));
}

/** The batches in flight are mapped by the consumer too, and each worker brings a thread's stack of 8 MiB. */
function addressSpace(demand: Demand): Limit | null {
  if (demand.addressSpaceMiB === null || demand.virtualMiB === null) return null;
  const need = (demand.prefetch * demand.batchBytes * 2) / mib + 16;
  const says = texts.address({ limit: Math.floor(demand.addressSpaceMiB), used: Math.ceil(demand.virtualMiB) });
  return limit("address-space", (demand.addressSpaceMiB - demand.virtualMiB - 64) / need, says);
}

function limit(name: LimitName, most: number, says: Said): Limit {
  return { name, maxWorkers: Math.max(0, Math.floor(most)), says };
}

const round = (value: number): number => Math.round(value * 100) / 100;

const ladder = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32];

/** Numbers of workers worth a look, ascending, 0 among them. */
export function candidateWorkers(most: number, needed: number): number[] {
  const also = [Math.min(most, mostWorth), Math.min(needed, most, mostWorth)];
  return [...new Set([...ladder.filter((count) => count <= most), ...also])].sort((a, b) => a - b);
}

/** What a sweep measures: every number of workers up to eight, and from there on the steps of the ladder. */
export function sweptWorkers(candidates: readonly number[], most: number): number[] {
  const small = Array.from({ length: Math.min(most, 8) + 1 }, (_, count) => count);
  return [...new Set([...small, ...candidates])].sort((a, b) => a - b);
}

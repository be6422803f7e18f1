/** Measures loaders in node for envdoctor: a command per line of JSON on stdin, an answer per line on stdout. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Pool } from "./loader-pool.mjs";
import { makeBatch, makers } from "./loader-sets.mjs";

const nominalStepMs = { table: 1, images: 20 };
const now = () => performance.now() / 1000;
const held = new Map();
let name;
let set;
let all;
let batch;
let stepSeconds = 0;

const commands = {
  engine: () => ({ engine: about() }),

  open({ dataset, batchSize }) {
    if (!(dataset in makers)) throw refusal("usage", `node has no data set ${dataset}`);
    name = dataset;
    set = makers[dataset]();
    const size = batchSize ?? 32;
    const order = Array.from({ length: set.length }, (_, index) => (index * 389) % set.length);
    all = Array.from({ length: Math.ceil(order.length / size) }, (_, at) => order.slice(at * size, (at + 1) * size));
    batch = makeBatch(set, all[0]);
    return {
      kind: "map",
      samples: set.length,
      batches: all.length,
      batchSize: size,
      batchBytes: batch.byteLength,
      tensors: 0,
      pickledBytes: name.length,
      unpicklable: null,
      numWorkers: null,
      folder: null,
      process: {
        python: null,
        executable: process.execPath,
        startMethod: "worker_threads",
        startMethods: ["worker_threads", "child_process"],
        addressSpaceMiB: null,
        virtualMiB: null,
        residentMiB: process.memoryUsage().rss / 2 ** 20,
        filesOpen: null,
        openFilesLimit: null,
      },
      engine: about(),
    };
  },

  batches({ most, seconds }) {
    const [walls, cpus, delays] = [[], [], []];
    const began = now();
    for (let number = 0; number <= most; number++) {
      const [cpu, delay, start] = [process.cpuUsage(), waitingForCpu(), now()];
      makeBatch(set, all[number % all.length]);
      const { user, system } = process.cpuUsage(cpu);
      // The first ones are slow until their code is compiled.
      if (number > 0) {
        walls.push(now() - start);
        cpus.push((user + system) / 1e6);
        delays.push(waitingForCpu() - delay);
      }
      if (number >= 3 && now() - began > seconds) break;
    }
    return { walls, cpus, delays };
  },

  make_step({ stepMs }) {
    stepSeconds = (stepMs ?? nominalStepMs[name]) / 1000;
    const how = stepMs === null ? "assumed" : "given";
    return { seconds: stepSeconds, launchSeconds: stepSeconds, cpuShare: 0, how, device: null };
  },

  async start(command) {
    const start = now();
    const pool = new Pool(name, { ...command, prefetch: 1 });
    const epoch = pool.epoch(Array.from({ length: command.workers }, () => "idle"));
    const before = process.memoryUsage().rss / 2 ** 20;
    const { value } = await epoch.next();
    const firstSeconds = now() - start;
    for await (const _ of epoch);
    const allSeconds = now() - start;
    const stopping = now();
    await pool.close();
    // Threads share the process: what it grew by is theirs.
    const privateMiB = command.method === "worker_threads" ? Math.max(1, value - before) : value;
    return { firstSeconds, allSeconds, stopSeconds: now() - stopping, seen: { privateMiB } };
  },

  async copies(command) {
    const pool = new Pool(name, { ...command, workers: 1 });
    const epoch = pool.epoch(Array.from({ length: 2 * command.count + 1 }, () => ({ echo: batch.byteLength })));
    await epoch.next();
    const start = now();
    for (let i = 0; i < command.count; i++) await epoch.next();
    const workerSeconds = (now() - start) / command.count;
    const waits = [];
    for (let i = 0; i < command.count; i++) {
      await sleep(Math.min(0.3, 3 * workerSeconds));
      const before = now();
      await epoch.next();
      waits.push(now() - before);
    }
    await pool.close();
    return { workerSeconds, consumerSeconds: waits.sort((a, b) => a - b)[waits.length >> 1] };
  },

  async warm_epoch(command) {
    const start = now();
    const key = `${command.workers} ${command.prefetch}`;
    if (command.workers > 0 && !held.has(key)) held.set(key, new Pool(name, command));
    return { epochs: [await oneEpoch(held.get(key), command, start)], stopSeconds: 0 };
  },

  async release() {
    for (const pool of held.values()) await pool.close();
    held.clear();
    return {};
  },

  async epochs(command) {
    const start = now();
    const pool = command.workers > 0 ? new Pool(name, command) : undefined;
    const epochs = [];
    for (let i = 0; i < command.epochs; i++) epochs.push(await oneEpoch(pool, command, i === 0 ? start : now()));
    const stopping = now();
    await pool?.close();
    return { epochs, stopSeconds: now() - stopping };
  },
};

async function oneEpoch(pool, { workers, batches, most }, start) {
  const wanted = all.slice(0, batches ?? all.length);
  const stamps = [];
  let [first, waited, samples, before] = [null, 0, 0, now()];
  const source = pool ? pool.epoch(wanted) : inProcess(wanted);
  for await (const _ of source) {
    const got = now();
    if (first === null) first = got - start;
    else waited += got - before;
    samples += wanted[stamps.length].length;
    if (stepSeconds > 0) await sleep(stepSeconds);
    before = now();
    stamps.push(before);
    if (stamps.length >= 2 && before - start > (most ?? Number.POSITIVE_INFINITY)) break;
  }
  const cycles = stamps.slice(1).map((stamp, i) => stamp - stamps[i]);
  const steady = cycles.slice(Math.max(0, workers - 1));
  const counted = steady.length > 0 ? steady : cycles;
  const seconds = now() - start;
  const cycleSeconds = counted.length > 0 ? counted.reduce((sum, cycle) => sum + cycle, 0) / counted.length : seconds;
  return {
    seconds,
    firstSeconds: first,
    waitSeconds: waited,
    batches: stamps.length,
    samples,
    cycleSeconds,
    sawTooth: null,
  };
}

function* inProcess(batches) {
  for (const indices of batches) yield makeBatch(set, indices);
}

/** Timers of node are late by up to a millisecond, so the last one is waited for actively. */
async function sleep(seconds) {
  const until = now() + seconds;
  if (seconds > 0.003) await new Promise((resolve) => setTimeout(resolve, seconds * 1000 - 2));
  while (now() < until) await new Promise((resolve) => setImmediate(resolve));
}

/** Seconds that this thread waited for a processor that others had; 0 where the kernel does not count it. */
function waitingForCpu() {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e9;
  } catch {
    return 0;
  }
}

function about() {
  return { framework: null, cuda: false, sharing: null };
}

function refusal(kind, message) {
  return Object.assign(new Error(message), { kind });
}

process.on("SIGTERM", () => process.exit(143));
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  if (command.do === "end") break;
  let told;
  try {
    told = await commands[command.do](command);
  } catch (error) {
    told = { error: { kind: error.kind ?? "worker", message: error.message, detail: {} } };
  }
  process.stdout.write(`${JSON.stringify({ ...told, id: command.id })}\n`);
}
process.exit(0);

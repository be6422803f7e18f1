/** The loader pattern in node: batches in order from worker threads or child processes, `prefetch` in flight for each. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

const program = fileURLToPath(new URL("./loader-worker.mjs", import.meta.url));

export class Pool {
  constructor(dataset, { method, workers, prefetch }) {
    this.prefetch = prefetch;
    this.waiting = new Map();
    this.ready = new Map();
    this.round = 0;
    this.workers = Array.from({ length: workers }, () =>
      method === "worker_threads" ? thread(dataset) : child(dataset),
    );
    for (const worker of this.workers) {
      worker.on("message", ([number, batch]) => this.take(number, batch));
      worker.on("error", (error) => this.fail(`a worker failed: ${error.message}`));
      worker.on("exit", (code) => this.closing || this.fail(`a worker exited unexpectedly with exit code ${code}`));
    }
  }

  take(number, batch) {
    const waiting = this.waiting.get(number);
    if (waiting) {
      this.waiting.delete(number);
      waiting.resolve(batch);
    } else this.ready.set(number, batch);
  }

  fail(message) {
    this.failed ??= new Error(message);
    for (const { reject } of this.waiting.values()) reject(this.failed);
    this.waiting.clear();
  }

  receive(number) {
    if (this.failed) return Promise.reject(this.failed);
    if (this.ready.has(number)) {
      const batch = this.ready.get(number);
      this.ready.delete(number);
      return Promise.resolve(batch);
    }
    return new Promise((resolve, reject) => this.waiting.set(number, { resolve, reject }));
  }

  /** The batches of one epoch in order. Numbers go on, so that an epoch that was left early disturbs no other. */
  async *epoch(batches) {
    this.ready.clear();
    const base = this.round;
    this.round += batches.length;
    let sent = 0;
    for (let wanted = 0; wanted < batches.length; wanted++) {
      for (; sent < batches.length && sent - wanted < this.prefetch * this.workers.length; sent++) {
        this.workers[sent % this.workers.length].post([base + sent, batches[sent]]);
      }
      yield await this.receive(base + wanted);
    }
  }

  async close() {
    this.closing = true;
    await Promise.all(
      this.workers.map(
        (worker) =>
          new Promise((resolve) => {
            worker.once("exit", resolve);
            worker.end();
          }),
      ),
    );
  }
}

function thread(dataset) {
  const worker = new Worker(program, { workerData: { dataset } });
  worker.post = (message) => worker.postMessage(message);
  worker.end = () => worker.terminate();
  return worker;
}

function child(dataset) {
  const process = fork(program, [dataset], {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  process.post = (message) => process.send(message);
  process.end = () => process.send(null);
  return process;
}

/** A worker of the node engine, as a thread or as a process: gets [number, indices], answers [number, batch]. */
import { parentPort, workerData } from "node:worker_threads";
import { makeBatch, makers } from "./loader-sets.mjs";

const name = workerData?.dataset ?? process.argv[2];
const set = makers[name]?.();
let echo;

function answer([number, work]) {
  if (work === "idle") return [number, process.memoryUsage().rss / 2 ** 20];
  if (typeof work === "object" && !Array.isArray(work)) {
    echo ??= new Uint8Array(work.echo);
    return [number, echo.slice()];
  }
  return [number, makeBatch(set, work)];
}

if (parentPort) {
  parentPort.on("message", (message) => {
    if (message === null) return parentPort.close();
    const [number, batch] = answer(message);
    // A thread hands its memory over; nothing is copied.
    parentPort.postMessage([number, batch], batch instanceof Uint8Array ? [batch.buffer] : []);
  });
} else {
  process.on("message", (message) => {
    if (message === null) return process.disconnect();
    process.send(answer(message));
  });
  process.on("disconnect", () => process.exit(0));
}

import type { Host } from "../host/host.ts";

/** What the driver says of the GPUs at one moment. */
export interface GpuSample {
  /** MiB in use, over all GPUs. */
  readonly usedMiB: number;
  /** Highest utilisation of any GPU in percent; null where the driver does not tell. */
  readonly utilisation: number | null;
  /** MiB of each compute process by its id; none where the driver does not tell (WSL, containers, WDDM). */
  readonly processes: ReadonlyMap<number, number>;
}

/** Asks nvidia-smi; undefined where it gives no numbers. */
export async function sampleGpus(host: Host, smi: string): Promise<GpuSample | undefined> {
  const query = (what: string): Promise<string> => csv(host, smi, what);
  const [gpus, apps] = await Promise.all([
    query("--query-gpu=memory.used,utilization.gpu"),
    query("--query-compute-apps=pid,used_memory"),
  ]);
  const rows = numbers(gpus);
  const used = rows.flatMap(([first]) => (first === null || first === undefined ? [] : [first]));
  if (used.length === 0) return undefined;
  const busy = rows.flatMap(([, second]) => (second === null || second === undefined ? [] : [second]));
  const processes = new Map<number, number>();
  for (const [pid, memory] of numbers(apps)) {
    if (pid !== null && pid !== undefined && memory !== null && memory !== undefined) processes.set(pid, memory);
  }
  return {
    usedMiB: used.reduce((sum, one) => sum + one, 0),
    utilisation: busy.length > 0 ? Math.max(...busy) : null,
    processes,
  };
}

async function csv(host: Host, smi: string, query: string): Promise<string> {
  const { outcome, exitCode, stdout } = await host.run([smi, query, "--format=csv,noheader,nounits"], {
    maxBytes: 65_536,
  });
  return outcome === "ended" && exitCode === 0 ? stdout : "";
}

/** Rows of comma-separated numbers; null for what is none, such as [N/A]. */
function numbers(text: string): (number | null)[][] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.split(",").map((cell) => (/^\s*\d{1,9}\s*$/.test(cell) ? Number(cell) : null)));
}

import type { Host } from "../host/host.ts";
import { hideCredentials } from "../host/redaction/credentials.ts";
import { mapStrings } from "../host/redaction/strings.ts";
import { message } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import { busProbe } from "./bus.ts";
import { containersProbe } from "./containers.ts";
import { cudaProbe } from "./cuda.ts";
import { dataProbe } from "./data.ts";
import { driverProbe } from "./driver.ts";
import type { Facts } from "./facts.ts";
import { hypervisorProbe } from "./hypervisor.ts";
import { librariesProbe } from "./libraries.ts";
import { limitsProbe } from "./limits.ts";
import { nodeProbe } from "./node.ts";
import { nvmlProbe } from "./nvml.ts";
import type { Look } from "./probe.ts";
import { pythonsProbe } from "./pythons.ts";
import { systemProbe } from "./system.ts";
import { unknownFacts } from "./unknown.ts";
import { wslProbe } from "./wsl.ts";

const texts = {
  failed: message("the probe failed: {why}", "探测失败：{why}"),
  late: message("not known before the deadline of {seconds} s", "在 {seconds} 秒的时限内没有得到结果"),
};

const probes = {
  system: systemProbe,
  wsl: wslProbe,
  hypervisor: hypervisorProbe,
  containers: containersProbe,
  bus: busProbe,
  driver: driverProbe,
  nvml: nvmlProbe,
  libraries: librariesProbe,
  cuda: cudaProbe,
  pythons: pythonsProbe,
  node: nodeProbe,
  limits: limitsProbe,
  data: dataProbe,
};

export interface Deadline {
  /** Milliseconds for all probes together; what is not known by then is unknown. */
  readonly totalMs?: number;
}

/**
 * Looks at the whole machine: every probe starts as soon as the subjects it needs are there. A probe that breaks its
 * word and throws, or is not done at the deadline, leaves its subject unknown with the reason. No fact carries a key,
 * token or password that stood in a path, a variable or an output, nor a character that a terminal acts on.
 */
export async function gatherFacts(host: Host, look: Look = {}, { totalMs }: Deadline = {}): Promise<Facts> {
  const under = new Map<keyof Facts, Promise<unknown>>();
  const deadline = totalMs === undefined ? undefined : alarm(totalMs);

  const subject = (name: keyof Facts): Promise<unknown> => {
    const started = under.get(name);
    if (started) return started;
    const promise = guarded(name);
    under.set(name, promise);
    return promise;
  };
  const guarded = async (name: keyof Facts): Promise<unknown> => {
    const probe: { needs: readonly (keyof Facts)[]; look: (h: Host, l: Look, f: never) => Promise<unknown> } =
      probes[name];
    const looked = (async () => {
      const needed = await Promise.all(probe.needs.map(async (need) => [need, await subject(need)] as const));
      return probe.look(host, look, Object.fromEntries(needed) as never);
    })().catch((error: unknown) => unknownFacts(texts.failed({ why: text(error) }))[name]);
    if (!deadline) return looked;
    const late = deadline.promise.then(() => unknownFacts(texts.late({ seconds: seconds(totalMs) }))[name]);
    return Promise.race([looked, late]);
  };

  const names = Object.keys(probes) as (keyof Facts)[];
  // The interpreters take longest: they are started before this process busies itself with all the rest. The program
  // that asks NVML comes last: it takes less time than nvidia-smi, which must not wait for it.
  subject("pythons");
  await new Promise(setImmediate);
  for (const name of names) if (name !== "nvml") subject(name);
  await new Promise(setImmediate);
  const entries = await Promise.all(names.map(async (name) => [name, await subject(name)] as const));
  deadline?.cancel();
  return hideCredentials(mapStrings(Object.fromEntries(entries) as unknown as Facts, plainText), host.env);
}

function alarm(ms: number): { promise: Promise<void>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return { promise, cancel: () => clearTimeout(timer) };
}

const seconds = (ms = 0): string => String(Math.round(ms / 100) / 10);
const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));

import { readFile, stat } from "node:fs/promises";
import type { CommonOptions } from "../cli/options.ts";
import type { Look } from "../facts/probe.ts";
import type { Host } from "../host/host.ts";
import { UsageError } from "../usage-error.ts";

interface HostOptions extends Pick<CommonOptions, "timeout"> {
  readonly from?: string;
  readonly python?: string;
  readonly data?: string;
}

/** Seconds for a whole check where --deadline says nothing else. */
export const defaultDeadline = 30;

export interface OpenHost {
  readonly host: Host;
  readonly look: Look;
  /** Ends whatever the host still has running. */
  readonly close: () => void;
}

/** The machine to look at: this one, or that of a snapshot with --from. */
export async function openHost({ from, python, data, timeout }: HostOptions): Promise<OpenHost> {
  if (from !== undefined) {
    const [{ parseRecording }, { recordedHost }] = await Promise.all([
      import("../host/load-recording.ts"),
      import("../host/recorded.ts"),
    ]);
    const text = await readFile(from, "utf8").catch((error: unknown) => {
      throw new UsageError(
        `cannot read the snapshot ${from}: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    const recording = parseRecording(text, from);
    const recordedLook = recording.look ?? {};
    return { host: recordedHost(recording), look: { ...recordedLook, ...defined({ python, data }) }, close: () => {} };
  }
  if (data !== undefined) await mustExist("--data", data, "a folder or file of the data set");
  if (python !== undefined && /[\\/]/.test(python)) await mustExist("--python", python, "a Python interpreter");
  const { liveHost, killRunning } = await import("../host/live.ts");
  return { host: liveHost({ timeoutMs: timeout * 1000 }), look: defined({ python, data }), close: killRunning };
}

async function mustExist(flag: string, path: string, expected: string): Promise<void> {
  await stat(path).catch(() => {
    throw new UsageError(`${flag} ${path}: no such file or folder; expected ${expected}`);
  });
}

function defined(look: { python: string | undefined; data: string | undefined }): Look {
  return {
    ...(look.python === undefined ? {} : { python: look.python }),
    ...(look.data === undefined ? {} : { data: look.data }),
  };
}

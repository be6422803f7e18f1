import { readFile, stat } from "node:fs/promises";
import type { CommonOptions } from "../cli/options.ts";
import type { Look } from "../facts/probe.ts";
import type { Host } from "../host/host.ts";
import { message, type Said } from "../text/message.ts";
import { systemError } from "../text/system-error.ts";
import { UsageError } from "../usage-error.ts";

const texts = {
  snapshot: message("cannot read the snapshot {from}: {why}", "无法读取快照 {from}：{why}"),
  missing: message(
    "{flag} {path}: no such file or folder; expected {expected}",
    "{flag} {path}：没有这个文件或目录；应为{expected}",
  ),
  dataExpected: message("a folder or file of the data set", "数据集的目录或文件"),
  pythonExpected: message("a Python interpreter", " Python 解释器"),
};

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
      throw new UsageError(texts.snapshot({ from, why: systemError(error) }));
    });
    const recording = parseRecording(text, from);
    const recordedLook = recording.look ?? {};
    return { host: recordedHost(recording), look: { ...recordedLook, ...defined({ python, data }) }, close: () => {} };
  }
  if (data !== undefined) await mustExist("--data", data, texts.dataExpected());
  if (python !== undefined && /[\\/]/.test(python)) await mustExist("--python", python, texts.pythonExpected());
  const { liveHost, killRunning } = await import("../host/live.ts");
  return { host: liveHost({ timeoutMs: timeout * 1000 }), look: defined({ python, data }), close: killRunning };
}

async function mustExist(flag: string, path: string, expected: Said): Promise<void> {
  await stat(path).catch(() => {
    throw new UsageError(texts.missing({ flag, path, expected }));
  });
}

function defined(look: { python: string | undefined; data: string | undefined }): Look {
  return {
    ...(look.python === undefined ? {} : { python: look.python }),
    ...(look.data === undefined ? {} : { data: look.data }),
  };
}

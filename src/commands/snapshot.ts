import type { CommonOptions } from "../cli/options.ts";
import { gatherFacts } from "../facts/gather.ts";
import { localNames } from "../host/live.ts";
import { recordingHost } from "../host/recorder.ts";
import { redact } from "../host/redact.ts";
import { defaultDeadline, openHost } from "./host.ts";
import { json, writeReport } from "./output.ts";

interface SnapshotOptions extends CommonOptions {
  readonly python?: string;
  readonly data?: string;
}

/** `envdoctor snapshot`: asks what `check` asks, and writes down questions and answers, redacted. */
export async function snapshot(options: SnapshotOptions): Promise<void> {
  const { host, look, close } = await openHost(options);
  const { host: noting, recording } = recordingHost(host);
  await gatherFacts(noting, look, { totalMs: (options.deadline ?? defaultDeadline) * 1000 });
  close();
  await writeReport(json(redact({ ...recording(), look }, localNames())), options);
}

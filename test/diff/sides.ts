import { sideOfRecording } from "../../src/diff/load.ts";
import type { Side } from "../../src/diff/side.ts";
import { gatherFacts } from "../../src/facts/gather.ts";
import type { Look } from "../../src/facts/probe.ts";
import { recordedHost } from "../../src/host/recorded.ts";
import { recordingHost } from "../../src/host/recorder.ts";
import type { Recording } from "../../src/host/recording.ts";
import type { Language } from "../../src/text/message.ts";
import { machineRecording } from "../support/machine.ts";

/** What `snapshot` would write of a test machine, before it is redacted. */
export async function snapshotOf(machine: string | Recording, look: Look = {}): Promise<Recording> {
  const described = typeof machine === "string" ? machineRecording(machine) : machine;
  const { host, recording } = recordingHost(recordedHost(described, { unrecorded: "missing" }));
  await gatherFacts(host, look);
  return { ...recording(), look };
}

export async function side(machine: string | Recording, look: Look = {}, language: Language = "en"): Promise<Side> {
  const name = typeof machine === "string" ? `${machine}.json` : "machine.json";
  return sideOfRecording(await snapshotOf(machine, look), name, language);
}

/** The machine with texts replaced wherever they stand. */
export function replaced(recording: Recording, ...pairs: readonly (readonly [string, string])[]): Recording {
  const text = pairs.reduce(
    (rest, [from, to]) => rest.replaceAll(JSON.stringify(from).slice(1, -1), () => JSON.stringify(to).slice(1, -1)),
    JSON.stringify(recording),
  );
  return JSON.parse(text);
}

/** Only what a report of `check --json` tells. */
export function asReport(of: Side): Side {
  return { ...of, source: "check", seen: null };
}

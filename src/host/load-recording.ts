import { message } from "../text/message.ts";
import { UsageError } from "../usage-error.ts";
import { type Header, mustBe, parseObject, shown } from "./json-file.ts";
import type { Recording } from "./recording.ts";
import { recordingSchema, snapshotSchema } from "./recording-schema.ts";
import { newestSnapshot, type SnapshotFile, unpacked } from "./snapshot-file.ts";

const texts = {
  snapshot: message("a snapshot (envdoctor snapshot -o FILE)", "快照（envdoctor snapshot -o FILE）"),
  otherKind: message(
    '{name}: kind: expected "snapshot", found {found}{other}',
    '{name}：kind：应为 "snapshot"，实为 {found}{other}',
  ),
  report: message(
    ': this is a report of "envdoctor check", which cannot be replayed',
    "：这是 envdoctor check 的报告，不能重放",
  ),
  version: message(
    "{name}: schemaVersion: expected {newest} or less, found {found}{newer}",
    "{name}：schemaVersion：应不大于 {newest}，实为 {found}{newer}",
  ),
  newer: message(
    "; a newer envdoctor wrote it: npm install --global envdoctor@latest",
    "；它由更新版本的 envdoctor 写成：npm install --global envdoctor@latest",
  ),
};

/**
 * The recording in a snapshot file's text. A text that is none is a UsageError that says what is wrong and where:
 * line and column, or the path to the value. `name` is the file as the user named it. This module loads zod, which is
 * slow: import it only when there is a snapshot to read.
 */
export function parseRecording(text: string, name: string): Recording {
  return recordingIn(parseObject(text, name, texts.snapshot()), name);
}

/** The recording in a snapshot of any version that this program knows. */
export function recordingIn(content: Header, name: string): Recording {
  const { kind, schemaVersion } = content;
  if (kind !== "snapshot") {
    throw new UsageError(texts.otherKind({ name, found: shown(kind), other: kind === "check" ? texts.report() : "" }));
  }
  if (schemaVersion === 1) {
    mustBe(recordingSchema, content, name);
    // The parsed text itself: a copy would lose entries named __proto__.
    return content as unknown as Recording;
  }
  if (schemaVersion === newestSnapshot) {
    mustBe(snapshotSchema, content, name);
    return unpacked(content as unknown as SnapshotFile);
  }
  const newer = typeof schemaVersion === "number" && schemaVersion > newestSnapshot ? texts.newer() : "";
  throw new UsageError(texts.version({ name, newest: newestSnapshot, found: shown(schemaVersion), newer }));
}

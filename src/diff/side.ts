import type { Facts } from "../facts/facts.ts";
import type { ReadReport } from "./report-schema.ts";

/** One of the two machines that are compared, or one machine at two times. */
export interface Side {
  /** The file as the user named it; null: this machine, looked at just now. */
  readonly file: string | null;
  readonly source: "snapshot" | "check";
  /** ISO 8601, when the machine was looked at. */
  readonly at: string;
  readonly report: ReadReport;
  /** What a snapshot tells beyond a report; null where there is only a report. */
  readonly seen: Seen | null;
}

/** Redacted, so that the placeholders of two snapshots are alike. */
interface Seen {
  readonly facts: Facts;
  readonly env: Readonly<Record<string, string>>;
  /** The home folder of who took it. */
  readonly home: string;
}

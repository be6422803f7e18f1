import type { Host } from "../host/host.ts";
import type { Subject } from "../report/html/redact.ts";
import type { OpenHost } from "./host.ts";

export interface Observed {
  readonly host: Host;
  /** Whose machine it is, by all that was asked until now: what a page is redacted by. */
  readonly subject: () => Subject;
}

/** The host, noting what is said; `live`: it is the machine this runs on. */
export async function observed({ host: inner, look }: OpenHost, live: boolean): Promise<Observed> {
  const [{ recordingHost }, { localNames }] = await Promise.all([
    import("../host/recorder.ts"),
    import("../host/live.ts"),
  ]);
  const { host, recording } = recordingHost(inner);
  return { host, subject: () => ({ recording: { ...recording(), look }, ...(live && { known: localNames() }) }) };
}

/** A page without anybody to hide would be one that hides nobody. */
export function subjectOf({ subject }: { readonly subject: (() => Subject) | null }): Subject {
  if (subject === null) throw new Error("the machine was examined without noting whose it is");
  return subject();
}

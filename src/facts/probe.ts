import type { Host } from "../host/host.ts";
import type { Facts } from "./facts.ts";

export interface Look {
  /** Interpreter asked for with --python. */
  readonly python?: string;
  /** Folder of the data set, --data. */
  readonly data?: string;
}

/**
 * A probe looks at one subject and never judges: it asks the host and returns the facts of that subject. It does not
 * throw and does not outlive the host's deadlines. `facts` carries the subjects that `needs` names, already looked at.
 */
export interface Probe<Subject extends keyof Facts, Needs extends keyof Facts = never> {
  readonly subject: Subject;
  readonly needs: readonly Needs[];
  readonly look: (host: Host, look: Look, facts: Pick<Facts, Needs>) => Promise<Facts[Subject]>;
}

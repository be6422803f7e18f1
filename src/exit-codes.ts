/** What the program ends with; users' scripts rely on these. */
export const exitCodes = {
  ok: 0,
  /** Findings at or above --fail-on; `explain` found no cause. */
  findings: 1,
  /** Wrong usage or an unusable input file. */
  usage: 2,
  /** A bug in envdoctor. */
  bug: 70,
  /** `preflight` refused, so the command was not started. */
  refused: 78,
  /** The command of `preflight` may not be run, or there is none of that name; as a shell says it. */
  commandDenied: 126,
  noCommand: 127,
  /** Stopped by Ctrl-C (SIGINT) or SIGTERM: what was begun can be resumed. */
  interrupted: 130,
  terminated: 143,
} as const;

/** What the program ends with; users' scripts rely on these. */
export const exitCodes = {
  ok: 0,
  /** Findings at or above --fail-on; `explain` found no cause. */
  findings: 1,
  /** Wrong usage or an unusable input file. */
  usage: 2,
  /** A bug in envdoctor. */
  bug: 70,
} as const;

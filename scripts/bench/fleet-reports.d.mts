import type { CheckReport } from "../../src/report/check-report.ts";

type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T;
type Report = Writable<CheckReport>;

export function healthyReport(index: number): Report;
export const oddities: Readonly<
  Record<
    | "other driver"
    | "other kernel"
    | "other system"
    | "a card fell off"
    | "other card"
    | "memory lost"
    | "driver does not answer"
    | "other wheel"
    | "small shm"
    | "few open files",
    (report: Report) => void
  >
>;
export function writeFleet(
  folder: string,
  size: number,
): { readonly odd: readonly string[]; readonly broken: readonly string[]; readonly bytes: number };

import { describe, expect, test } from "vitest";
import { torchPython } from "../support/pythons.ts";
import { measured, type Truth } from "./table.ts";

interface Measuring {
  readonly measure: (python: string, name: string, method?: string) => Promise<Truth>;
}

/** One script of each kind; ENVDOCTOR_MEASURE_ALL=1 runs all of them again, which takes half an hour. */
const sample = ["guard-classic.py", "noguard-main-call.py", "lambda-collate.py", "slow-epochs.py", "pool-guarded.py"];

describe("what the scripts did is still what they do", () => {
  const python = torchPython();
  const names = process.env["ENVDOCTOR_MEASURE_ALL"] === "1" ? Object.keys(measured.spawn) : sample;
  if (python === null) console.warn("NOT MEASURED: the truth of the lint scripts, for there is no PyTorch here");

  test.runIf(python !== null).each(names)("%s", { timeout: 180_000 }, async (name) => {
    const program = "../../scripts/lint-truth/measure.mjs";
    const { measure } = (await import(program)) as Measuring;
    const { status, cause, restarted } = await measure(python ?? "", name);
    expect({ status, cause, restarted }).toEqual({
      status: measured.spawn[name]?.status,
      cause: measured.spawn[name]?.cause,
      restarted: measured.spawn[name]?.restarted,
    });
  });
});

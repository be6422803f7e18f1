import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import type { TrainReport } from "../../src/report/train-report.ts";
import type { CliRun } from "./cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The report of `train --json`, which must be valid by the shipped schema, with nothing beside it. */
export function trainReportOf(run: CliRun): TrainReport {
  const report: unknown = JSON.parse(run.stdout);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.validate(JSON.parse(readFileSync(join(root, "dist", "schemas", "train.json"), "utf8")), report);
  expect(ajv.errors).toBeNull();
  expect(run.stderr).toBe("");
  return report as TrainReport;
}

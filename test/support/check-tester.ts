/**
 * Tables of facts for one check, as ESLint's RuleTester has tables of code:
 *
 *     checkTester(driverModule, {
 *       pass: { "it is loaded": metal },
 *       fail: { "built for another kernel": [flip(metal, { driver: { … } }), "kernel-module-missing"] },
 *       skipped: { "in WSL2": wsl2 },
 *       unknown: { "nobody looked": flip(metal, { driver: { module: unknown("not looked at") } }) },
 *     });
 *
 * Facts are made from a whole machine by changing single fields, so each row says what makes the difference.
 */
import { describe, expect, test } from "vitest";
import type { CauseId } from "../../checks/causes/ids.ts";
import type { Check, Finding } from "../../src/diagnosis/check.ts";
import { runChecks } from "../../src/diagnosis/diagnose.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { unknownFacts } from "../../src/facts/unknown.ts";

type Troubled = readonly [facts: Facts, ...causes: CauseId[]];

export interface Tables {
  readonly pass?: Readonly<Record<string, Facts>>;
  readonly warn?: Readonly<Record<string, Troubled>>;
  readonly fail?: Readonly<Record<string, Troubled>>;
  readonly skipped?: Readonly<Record<string, Facts>>;
  readonly unknown?: Readonly<Record<string, Facts>>;
}

export function checkTester(check: Check, tables: Tables): void {
  const alone: Check = { ...check, after: [] };
  const judge = (facts: Facts): Finding | undefined => runChecks(facts, [alone])[0];

  describe(check.id, () => {
    for (const status of ["pass", "skipped", "unknown"] as const) {
      for (const [name, facts] of Object.entries(tables[status] ?? {})) {
        test(`${status}: ${name}`, () => {
          const finding = judge(facts);
          expect({ status: finding?.status, detail: finding?.detail?.en ?? null }).toMatchObject({ status });
          expect(finding?.suspicions).toEqual([]);
        });
      }
    }
    for (const status of ["warn", "fail"] as const) {
      for (const [name, [facts, ...causes]] of Object.entries(tables[status] ?? {})) {
        test(`${status}: ${name}`, () => {
          const finding = judge(facts);
          expect({ status: finding?.status, causes: finding?.suspicions.map((s) => s.cause) }).toEqual({
            status,
            causes,
          });
          expect(finding).toSatisfy(saysWhy);
        });
      }
    }
    test("facts that nobody looked at are no fault", () => {
      expect(judge(unknownFacts())?.status).not.toMatch(/fail|warn/);
    });
  });
}

/** Trouble is told in every language, and each suspicion shows what it rests on. */
function saysWhy({ detail, found, wanted, suspicions }: Finding): boolean {
  const told = [detail, found, wanted].every((said) => said && Object.values(said).every((text) => text.trim() !== ""));
  return told && suspicions.every((s) => s.evidence.length > 0 && s.confidence > 0 && s.confidence <= 1);
}

type Subjects = {
  readonly [S in keyof Facts]?: Facts[S] extends { readonly state: string } ? Facts[S] : Partial<Facts[S]>;
};

/** The same machine with some fields changed: whole facts are replaced, subjects keep what is not named. */
export function flip(facts: Facts, change: Subjects): Facts {
  const changed: Record<string, unknown> = { ...facts };
  for (const [subject, to] of Object.entries(change)) {
    const from = changed[subject];
    const whole = typeof to === "object" && to !== null && "state" in to;
    changed[subject] = whole ? to : { ...(from as object), ...to };
  }
  return changed as unknown as Facts;
}

import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { gatherFacts } from "../../src/facts/gather.ts";
import { visibleCards } from "../../src/preflight/cards.ts";
import { demandOf, type Judged, judge } from "../../src/preflight/gate.ts";
import type { Subject } from "../../src/preflight/subject.ts";
import type { Description } from "../support/compose.ts";
import { machine } from "../support/machine.ts";
import { unknown } from "../support/unknown.ts";

/** A test machine as a gate sees it. */
export async function subjectOf(name: string, change: Description = {}): Promise<Subject> {
  const host = machine(name, change);
  return subjectOfFacts(await gatherFacts(host), host.env.CUDA_DEVICE_ORDER === "PCI_BUS_ID");
}

export function subjectOfFacts(facts: Facts, pciOrder = false): Subject {
  return {
    facts,
    diagnosis: diagnose(facts, checks, catalogue),
    cards: visibleCards(facts, pciOrder),
    pythonUntold: null,
    lint: { state: "absent" },
    proof: unknown("no training was run"),
  };
}

export function judgeOne(subject: Subject, expression: string): Judged {
  const [judged] = judge(subject, [demandOf(expression, "fail")], "2026-11-22").demands;
  if (judged === undefined) throw new Error("one demand gives one judgement");
  return judged;
}

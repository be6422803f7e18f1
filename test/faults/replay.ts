import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { type Diagnosis, diagnose } from "../../src/diagnosis/diagnose.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { gatherFacts } from "../../src/facts/gather.ts";
import type { Host } from "../../src/host/host.ts";

/** What a check made of a machine. */
export interface Replay {
  readonly facts: Facts;
  readonly diagnosis: Diagnosis;
}

export async function replay(host: Host): Promise<Replay> {
  const facts = await gatherFacts(host);
  return { facts, diagnosis: diagnose(facts, checks, catalogue) };
}

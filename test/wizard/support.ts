import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { gatherFacts } from "../../src/facts/gather.ts";
import type { Host } from "../../src/host/host.ts";
import { type Plan, planFor, targetFor, type Wishes } from "../../src/setup/plan.ts";
import type { Surroundings } from "../../src/setup/surroundings.ts";
import { machine } from "../support/machine.ts";

/** A machine on which no tool is at hand but Python. */
const bare: Surroundings = {
  root: false,
  home: "/home/user",
  conda: null,
  uv: null,
  wget: false,
  npm: true,
  venv: false,
  pipIndex: null,
  tfjsLinker: "/opt/envdoctor/scripts/tfjs/link.mjs",
};

export interface Planned {
  readonly plan: Plan;
  readonly facts: Facts;
}

async function planOn(host: Host, wishes: Partial<Wishes> = {}, around: Partial<Surroundings> = {}): Promise<Planned> {
  const facts = await gatherFacts(host);
  const diagnosis = diagnose(facts, checks, catalogue);
  const windows = host.identity.platform === "win32";
  const dir = windows ? "C:\\Users\\user\\my project" : "/home/user/my project";
  const target = targetFor(facts, diagnosis, { dir, ...wishes });
  const surroundings = { ...bare, home: host.identity.home, ...around };
  return { facts, plan: planFor({ facts, diagnosis, surroundings, target }) };
}

export const planFrom = (name: string, wishes?: Partial<Wishes>, around?: Partial<Surroundings>): Promise<Planned> =>
  planOn(machine(name), wishes, around);

/** One line for each step: its id, and what it does. */
export function outline({ steps }: Plan): string[] {
  return steps.map(({ id, actions, byHand, optional }) => {
    const does = actions.map((action) => {
      if (action.kind === "run") return action.lines.join(" && ");
      return action.kind === "edit" ? `edit ${action.edit.path}` : `envdoctor ${action.args.join(" ")}`;
    });
    const typed = byHand.length > 0 ? `by hand: ${byHand.join(" && ")}` : "by hand";
    return `${id}${optional ? "?" : ""}: ${actions.length > 0 ? does.join(" && ") : typed}`;
  });
}

import { scriptsFolder } from "../../src/host/scripts.ts";
import { machine, machineNames } from "../support/machine.ts";
import { type Truth, truthOf, violations } from "./oracle.ts";
import { noting, type Question, throughHost } from "./questions.ts";
import { replay } from "./replay.ts";
import { effectOf, failing, type Way, ways } from "./ways.ts";

/** What was learned from the failures of one machine's questions. */
export interface Learned {
  readonly replays: number;
  /** "machine: kind key, way: rule" */
  readonly violations: readonly string[];
  /** "check<TAB>question": the check, which judged the machine, cannot tell once this question is not answered. */
  readonly carried: readonly string[];
}

/** Those that tell the truth: one that hides its venv is found out by the failure of another question. */
export function wholeMachines(): string[] {
  return machineNames().filter((name) => name !== "venv-config-denied");
}

/** Which failures are tried: the number of the question on its machine tells one from another. */
export type Choice = (way: Way, number: number) => boolean;

export async function tryMachine(name: string, choice: Choice): Promise<Learned> {
  const base = machine(name);
  const noted = noting(base, scriptsFolder());
  const truth = truthOf(await replay(noted.host));
  const questions = noted.questions();
  const found: string[] = [];
  const carried = new Set<string>();
  let replays = 0;
  for (const [number, question] of questions.entries()) {
    for (const way of ways) {
      const effect = effectOf(question, way);
      if (effect === null || !choice(way, number)) continue;
      const faulted = await replay(throughHost(base, scriptsFolder(), failing(question, way)));
      replays++;
      for (const rule of violations(truth, faulted, question, way)) {
        found.push(`${name}: ${question.kind} ${question.key}, ${way}: ${rule}`);
      }
      if (way === "timeout") for (const id of silenced(truth, faulted)) carried.add(`${id}\t${pattern(question)}`);
    }
  }
  return { replays, violations: found, carried: [...carried] };
}

function silenced(truth: Truth, faulted: { readonly diagnosis: Truth["diagnosis"] }): string[] {
  const before = new Map(truth.diagnosis.findings.map(({ id, status }) => [id, status]));
  const judged = (id: string): boolean => judgedAs(before.get(id) ?? "");
  return faulted.diagnosis.findings.filter(({ id, status }) => !judgedAs(status) && judged(id)).map(({ id }) => id);
}

const judgedAs = (status: string): boolean => status === "pass" || status === "warn" || status === "fail";

const words: Readonly<Record<Question["kind"], string>> = {
  run: "",
  file: "",
  folder: "ls ",
  stat: "stat ",
  link: "readlink -f ",
  space: "df ",
  inventory: "the system's inventory",
  env: "$",
};

/** The question as a person would put it, with what differs from machine to machine left open. */
function pattern({ kind, key }: Question): string {
  const open = key
    .replaceAll(/[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/g, "*")
    .replaceAll(/\d+\.\d+\.\d+-[\w.+-]*\d[\w.+-]*/g, "*")
    .replaceAll("/mnt/c/Users/user", "/mnt/c/Users/*")
    .replaceAll(/(?:\/home\/user|\/Users\/user|\/root|C:\\+Users\\+user)\b/g, "~")
    .replaceAll(/python\d\.\d+t?/g, "python3.*")
    .replaceAll(/cuda-\d+\.\d+/g, "cuda-*")
    .replaceAll(/\/proc\/\d+\//g, "/proc/<parent>/")
    .replaceAll(/nvidia\d+$/g, "nvidia*")
    .replaceAll(/\S*[\\/]?(?:python3?|python\.exe)"? -B -E -s -S/g, "python -B -E -s -S");
  return `${words[kind]}${open}`;
}

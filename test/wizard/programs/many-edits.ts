/** Walks through a plan of many small edits of a few files, or goes on with the one that was begun. Made to be killed. */
import { join } from "node:path";
import { unknownFacts } from "../../../src/facts/unknown.ts";
import { liveHands } from "../../../src/setup/act.ts";
import { yesAsker } from "../../../src/setup/askers.ts";
import { Journal, runsOf } from "../../../src/setup/journal.ts";
import type { Plan } from "../../../src/setup/plan.ts";
import { walk } from "../../../src/setup/run.ts";
import { Screen } from "../../../src/setup/show.ts";
import { takeLock } from "../../../src/setup/state.ts";
import type { Step } from "../../../src/setup/step.ts";
import { step } from "../../../src/setup/steps.ts";
import { verbatim } from "../../../src/text/message.ts";

const [folder = "", state = "", count = "1"] = process.argv.slice(2);
const target = { target: "cpu", framework: "torch", env: null, dir: folder, mirror: null, way: null } as const;

function nth(at: number): Step {
  const path = join(folder, `file${at % 3}`);
  const edit = { kind: "block", path, name: `number ${at}`, lines: [`line ${at}`] } as const;
  return step({
    id: `edit/${at}`,
    title: verbatim(`${at}`),
    why: verbatim(""),
    actions: [{ kind: "edit", edit, lines: [] }],
  });
}

const lock = takeLock(state);
if ("heldBy" in lock) {
  process.stdout.write("held\n");
  process.exit(3);
}
let journal = runsOf(state).at(-1);
if (journal === undefined) {
  journal = Journal.create(state, "run");
  journal.append({ what: "run", version: "test", target });
}
process.stdout.write("ready\n");
const plan: Plan = { journey: "linux", target, steps: Array.from({ length: Number(count) }, (_, at) => nth(at)) };
const screen = new Screen({ language: "en", colour: false, width: 80, unicode: true }, false);
const walked = await walk(plan, {
  ...{ screen, say: () => {}, facts: unknownFacts(), asker: yesAsker({ root: false }) },
  verify: async () => ({ ok: true, detail: null }),
  engine: {
    ...{ hands: liveHands(() => {}), journal, platform: "linux", root: false, cwd: folder, terminal: false },
    ...{ self: ["envdoctor"], installed: () => [] },
  },
});
journal.append({ what: "finished", verified: walked.stopped === null });
lock.release();

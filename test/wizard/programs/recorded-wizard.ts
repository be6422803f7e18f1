/**
 * The wizard on a recorded machine. Commands are not run: they are noted, and one that matches `becomes` turns the
 * machine into another recorded one. What has happened lies in a file, so that a second process goes on from there.
 *
 * usage: node recorded-wizard.mjs STORY.json FOLDER [--resume | --undo]
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../../../src/host/host.ts";
import { type Hands, liveHands } from "../../../src/setup/act.ts";
import { runsOf } from "../../../src/setup/journal.ts";
import type { Wishes } from "../../../src/setup/plan.ts";
import { carryOut, resume, type Session } from "../../../src/setup/session.ts";
import { Screen } from "../../../src/setup/show.ts";
import { reversals } from "../../../src/setup/undo.ts";
import { Left, Wizard } from "../../../src/setup/wizard.ts";
import { machine } from "../../support/machine.ts";

interface Story {
  readonly machine: string;
  readonly wishes: Partial<Wishes>;
  readonly becomes: readonly { readonly after: string; readonly machine: string }[];
  /** A command that matches fails with this on stderr, the first time. */
  readonly fails?: { readonly command: string; readonly says: string };
  readonly language?: "en" | "zh";
  /** Files are really written, in a root that is thrown away. */
  readonly writes?: true;
}

interface World {
  readonly machine: string;
  readonly made: readonly string[];
  readonly failed: boolean;
}

const [storyFile = "", folder = "", again] = process.argv.slice(2);
const story = JSON.parse(readFileSync(storyFile, "utf8")) as Story;
const worldFile = join(folder, "world.json");
const world = (): World =>
  existsSync(worldFile)
    ? JSON.parse(readFileSync(worldFile, "utf8"))
    : { machine: story.machine, made: [], failed: false };
const change = (to: Partial<World>): void => writeFileSync(worldFile, JSON.stringify({ ...world(), ...to }));

/** An environment that was made answers as the recorded one of the machine does. */
function host(): Host {
  const { machine: name, made } = world();
  const recorded = machine(name);
  const ids = { uid: 1000, gid: 1000, size: 1, device: null };
  const program = { kind: "file", mode: 0o755, readable: true, writable: true, ...ids } as const;
  const inside = (path: string): string => {
    const environment = made.find((one) => path.startsWith(`${one}/`));
    return environment === undefined ? path : `/home/user/venv${path.slice(environment.length)}`;
  };
  return {
    ...recorded,
    run: ([program, ...args], options) => recorded.run([inside(program), ...args.map(inside)], options),
    stat: async (path) => (inside(path) === path ? recorded.stat(path) : { ok: true, value: program }),
    readFile: (path, options) => recorded.readFile(inside(path), options),
    readBytes: (path, most) => recorded.readBytes(inside(path), most),
    listFolder: (path) => recorded.listFolder(inside(path)),
    realPath: (path) => recorded.realPath(inside(path)),
  };
}

const live = liveHands(() => {});
const hands: Hands = {
  ...live,
  async run(argv) {
    const text = argv.join(" ").replace(/^bash -c set -euo pipefail\n/, "");
    appendFileSync(join(folder, "commands"), `${text.replaceAll("\n", " && ")}\n`);
    if (story.fails && !world().failed && new RegExp(story.fails.command).test(text)) {
      change({ failed: true });
      return { exitCode: 1, interrupted: null, tail: story.fails.says };
    }
    const folders = [...text.matchAll(/(?:-m venv|create -y -p|-u -p) '?([^'\n]+?)'?(?= python=|\n|$)/g)].map(
      (match) => match[1] ?? "",
    );
    if (folders.length > 0) change({ made: [...world().made, ...folders] });
    for (const { after, machine: name } of story.becomes) if (new RegExp(after).test(text)) change({ machine: name });
    process.stderr.write("(the output of the command)\n");
    return { exitCode: 0, interrupted: null, tail: "" };
  },
  async replace(path, bytes, how) {
    appendFileSync(join(folder, "commands"), `write ${path}\n`);
    if (story.writes) await live.replace(path, bytes, how);
  },
};

const session: Session = {
  ...{ host, look: {}, hands, self: ["envdoctor"], version: "1.0.0", totalMs: 30_000, state: join(folder, "state") },
  screen: new Screen({ language: story.language ?? "en", colour: false, width: 80, unicode: true }, false),
  say: (text) => process.stderr.write(`${text}\n`),
};
const how = { person: new Wizard(session.screen, session.say), proof: true };
async function undo(): Promise<void> {
  const journal = runsOf(session.state).at(-1);
  const means = { hands, platform: "linux", root: true, terminal: false, cwd: folder } as const;
  for (const { act, says } of journal ? reversals(journal, means) : []) {
    if (act !== null) process.stderr.write(`${says.en}: ${await act()}\n`);
  }
}

if (again === "--undo") {
  await undo();
  process.exit();
}
try {
  const wishes = { dir: "/home/user/my project", ...story.wishes };
  const { walked, verified } = await (again === "--resume" ? resume(session, how) : carryOut(session, wishes, how));
  process.stderr.write(`verified ${verified}, stopped ${walked.stopped}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Left ? "left" : String(error)}\n`);
}

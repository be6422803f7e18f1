/** The pages that the tests open: machines, a training run, a loader benchmark and the whole walk, by the real program. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gatherFacts } from "../../src/facts/gather.ts";
import { recordingHost } from "../../src/host/recorder.ts";
import { type CliRun, runCli, temporaryFolder } from "../support/cli.ts";
import type { Description } from "../support/compose.ts";
import { machine } from "../support/machine.ts";

const folder = temporaryFolder();

/** What a check of this test machine asks, as a snapshot file. */
export async function snapshotOf(name: string, change: Description = {}): Promise<string> {
  const { host, recording } = recordingHost(machine(name, change));
  await gatherFacts(host, {}, { totalMs: 30_000 });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(recording()));
  return file;
}

/** Runs the program with `--format html`, and gives its page. */
export async function pageOf(name: string, args: readonly string[]): Promise<{ file: string; run: CliRun }> {
  const file = join(folder, `${name}.html`);
  const run = await runCli([...args, "--format", "html", "-o", file], { timeoutMs: 240_000, cwd: folder });
  return { file, run };
}

import { gatherFacts } from "../../src/facts/gather.ts";
import { recordingHost } from "../../src/host/recorder.ts";
import { packed, snapshotText } from "../../src/host/snapshot-file.ts";
import { machine } from "../../test/support/machine.ts";

/** The snapshot that `envdoctor snapshot` would write on a test machine. */
export async function snapshotOf(name: string): Promise<string> {
  const { host, recording } = recordingHost(machine(name));
  await gatherFacts(host);
  return snapshotText(packed(recording()));
}

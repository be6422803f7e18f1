import { expect, test } from "vitest";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { gatherFacts } from "../../src/facts/gather.ts";
import { parseRecording } from "../../src/host/load-recording.ts";
import { recordedHost } from "../../src/host/recorded.ts";
import { debian } from "./support/debian.ts";
import { describeGuests } from "./support/describe-guests.ts";
import { reasons, told } from "./support/expected.ts";
import { withGuest } from "./support/guest.ts";
import { guests } from "./support/table.ts";

describeGuests("a guest on", "cloud-amd64", (kernel) => {
  test.each(Object.entries(guests))("%s", async (_, { machine, ...wanted }) => {
    const report = await withGuest(kernel, { ...debian(kernel), ...machine }, (guest) => guest.check());
    expect(told(report), reasons(report)).toEqual({ fail: "", warn: "", unknown: "", ...wanted });
    expect(report.machine).toMatchObject({ kernel: kernel.release, wsl: null, container: null });
  });

  test("nothing but Node: what no program tells is unknown, and a snapshot of it replays", async () => {
    const { report, snapshot } = await withGuest(kernel, {}, async (guest) => ({
      report: await guest.check(),
      snapshot: await guest.snapshot(),
    }));
    expect(told(report), reasons(report)).toEqual({
      hypervisor: "qemu",
      verdict: "degraded no",
      causes: "no-nvidia-gpu-hardware framework-not-installed",
      fail: "gpu.present",
      warn: "frameworks.installed",
      unknown: "",
    });
    expect(report.machine.os).toBeNull();
    expect(Object.keys(report.unknown ?? {})).toEqual(["machine.os"]);
    const replayed = diagnose(
      await gatherFacts(recordedHost(parseRecording(JSON.stringify(snapshot), "the snapshot"))),
      checks,
      catalogue,
    );
    expect(replayed.causes.map(({ cause }) => cause.id).join(" ")).toBe(told(report).causes);
    expect(replayed.findings.map(({ id, status }) => `${id} ${status}`)).toEqual(
      report.findings.map(({ id, status }) => `${id} ${status}`),
    );
  });
});

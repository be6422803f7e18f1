/** A machine of which nothing is to be learned but what the own process knows: no check judges it. */
import { describe, expect, test } from "vitest";
import { scriptsFolder } from "../../src/host/scripts.ts";
import { machine, machineNames } from "../support/machine.ts";
import { unsound } from "./oracle.ts";
import { throughHost } from "./questions.ts";
import { replay } from "./replay.ts";
import { failingAll, ways } from "./ways.ts";

/** By the system, kernel, processors and memory that Node knows of itself, and by the environment. */
const ownProcess = ["machine.os", "wsl.version", "wsl.kernel", "cuda.visible-devices", "limits.cpus", "limits.memory"];
/** No container is looked for, and Windows has no folder of cuDNN's own. */
const elsewhere = ["machine.container", "cuda.cudnn"];
/** The release of the kernel names a Jetson, Firecracker and WSL, macOS has Apple's GPU or none, and engines set variables. */
const byKernel: Readonly<Record<string, readonly string[]>> = {
  "apptainer-without-nv": ["machine.container"],
  "kubernetes-host-named-microsoft": ["machine.container"],
  "firecracker-stray-dockerenv": ["machine.virtualization"],
  "jetson-orin": ["gpu.present"],
  "macos-m3": ["gpu.present"],
  ...Object.fromEntries(
    machineNames()
      .filter((name) => /microsoft/i.test(machine(name).identity.release))
      .map((name) => [name, ["machine.virtualization"]]),
  ),
};

describe.each(ways)("every question is answered by: %s", (way) => {
  test.each(machineNames())("%s", async (name) => {
    const result = await replay(throughHost(machine(name), scriptsFolder(), failingAll(way)));
    expect(unsound(result, way)).toEqual([]);
    if (way !== "denied") return;
    const { platform } = machine(name).identity;
    const judged = result.diagnosis.findings.filter(({ status }) => /pass|warn|fail/.test(status)).map(({ id }) => id);
    const own = [...ownProcess, ...(platform === "linux" ? [] : elsewhere), ...(byKernel[name] ?? [])];
    expect(judged.filter((id) => !own.includes(id))).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { machineCauses } from "../../checks/causes/machine.ts";
import { value } from "../../src/facts/fact.ts";
import { flip } from "../support/check-tester.ts";
import { framework, python, smi, smiGpu } from "../support/facts.ts";
import { commandsOf, debian12, describeRules, linux, macos, titlesOf, unknownMachine, windows11 } from "./rules.ts";

describeRules(machineCauses);

const hardware = Object.values(machineCauses)
  .filter((cause) => cause.hardware)
  .map((cause) => cause.id);

test("what the machine lacks is told from what is broken", () => {
  expect(hardware).toEqual(["no-nvidia-gpu-hardware", "amd-rocm-present", "macos-no-cuda-use-mps"]);
  expect(machineCauses["healthy-gpu"].harmless).toBe(true);
});

describe("no-nvidia-gpu-hardware", () => {
  const noCard = machineCauses["no-nvidia-gpu-hardware"];

  test("gives no driver advice, but CPU training", () => {
    expect(commandsOf(noCard, debian12()).join("\n")).not.toMatch(/nvidia/);
    expect(commandsOf(noCard, debian12()).join("\n")).toContain("https://download.pytorch.org/whl/cpu");
  });

  test("trains with the framework that is there", () => {
    const withTorch = flip(debian12(), { pythons: value([python({ frameworks: value([framework()]) })]) });
    expect(commandsOf(noCard, withTorch)).toEqual(["envdoctor train --device cpu"]);
  });

  test("installs into the active environment", () => {
    const bare = flip(debian12(), { pythons: value([python({ frameworks: value([]) })]) });
    expect(commandsOf(noCard, bare)).toEqual([
      "/home/user/venv/bin/python -m pip install torch --index-url https://download.pytorch.org/whl/cpu",
    ]);
  });
});

test("an AMD card gets ROCm in the place of the CUDA build", () => {
  const amd = flip(debian12(), { pythons: value([python()]) });
  expect(commandsOf(machineCauses["amd-rocm-present"], amd).slice(0, 3)).toEqual([
    "/home/user/venv/bin/python -m pip uninstall -y torch",
    "/home/user/venv/bin/python -m pip install torch --index-url https://download.pytorch.org/whl/rocm7.2",
    "rocminfo",
  ]);
  expect(titlesOf(machineCauses["amd-rocm-present"], windows11)).toContain("rocm.docs.amd.com");
});

test("macOS gets the plain wheel", () => {
  expect(commandsOf(machineCauses["macos-no-cuda-use-mps"], macos)[0]).toMatch(/-m pip install torch$/);
});

test.each([
  [
    "one card in TCC",
    [smiGpu({ index: 1, driverModel: "TCC" }), smiGpu({ driverModel: "WDDM" })],
    ["nvidia-smi -i 1 -dm 0"],
  ],
  ["MCDM counts, too", [smiGpu({ index: 2, driverModel: "MCDM" })], ["nvidia-smi -i 2 -dm 0"]],
  ["nothing told", [], ["nvidia-smi -i 0 -dm 0"]],
] as const)("the driver model is changed for %s", (_, gpus, commands) => {
  const facts = flip(unknownMachine, { driver: { smi: value(smi({ gpus })) } });
  expect(commandsOf(machineCauses["gpu-in-tcc-mode"], facts)).toEqual(commands);
});

test.each([
  ["fedora", "sudo grubby --update-kernel=ALL --args=pci=realloc"],
  ["ubuntu", "sudo update-grub"],
  ["arch", "sudo grub-mkconfig -o /boot/grub/grub.cfg"],
  ["opensuse-leap", "sudo grub2-mkconfig -o /boot/grub2/grub.cfg"],
])("%s takes the kernel parameter by its own tool", (id, command) => {
  expect(commandsOf(machineCauses["bios-above-4g-decoding-disabled"], linux(id))).toContain(command);
});

test("memory segments that grow are not offered on Windows, which has none", () => {
  const full = machineCauses["gpu-memory-full"];
  expect(commandsOf(full, unknownMachine).join()).toContain("expandable_segments");
  expect(commandsOf(full, windows11).join()).not.toContain("expandable_segments");
});

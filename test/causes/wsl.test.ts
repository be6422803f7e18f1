import { describe, expect, test } from "vitest";
import { wslCauses } from "../../checks/causes/wsl.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { WslConfig } from "../../src/facts/facts.ts";
import { flip } from "../support/check-tester.ts";
import { library, wslFacts } from "../support/facts.ts";
import { commandsOf, describeRules, installed, linux, titlesOf, unknownMachine, wslUbuntu } from "./rules.ts";

describeRules(wslCauses);

const config = (over: Partial<WslConfig> = {}): WslConfig => ({
  path: "C:\\Users\\Ada\\.wslconfig",
  encoding: "utf-8",
  ignoredKeys: [],
  gpuSupport: null,
  kernel: null,
  memoryMiB: null,
  processors: null,
  swapMiB: null,
  ...over,
});
const withConfig = (over: Partial<WslConfig>) =>
  flip(wslUbuntu, { wsl: value(wslFacts({ config: value(config(over)) })) });

test("what only looks like a fault is harmless", () => {
  const harmless = Object.values(wslCauses).filter((cause) => cause.harmless);
  expect(harmless.map((cause) => cause.id)).toEqual([
    "wsl-libcuda-not-symlink",
    "wsl-lspci-expected",
    "wsl-dmesg-noise",
  ]);
});

describe("wsl1-no-gpu", () => {
  const wsl1 = wslCauses["wsl1-no-gpu"];

  test("names the distro where it is known", () => {
    const facts = flip(wslUbuntu, { wsl: value(wslFacts({ version: 1, distro: value("Ubuntu-22.04") })) });
    expect(commandsOf(wsl1, facts)[0]).toBe("wsl --set-version Ubuntu-22.04 2");
  });

  test.each([
    ["unknown", unknownMachine],
    ["no plain word", flip(wslUbuntu, { wsl: value(wslFacts({ distro: value("x; shutdown") })) })],
  ])("lists the distros first where the name is %s", (_, facts) => {
    expect(commandsOf(wsl1, facts).slice(0, 2)).toEqual(["wsl --list --verbose", "wsl --set-version DISTRO 2"]);
  });
});

describe("wsl-linux-driver-installed", () => {
  const shadow = wslCauses["wsl-linux-driver-installed"];

  test.each([
    ["dpkg", "ubuntu", "sudo apt-get purge -y libnvidia-compute-535 nvidia-utils-535"],
    ["rpm", "fedora", "sudo dnf remove -y libnvidia-compute-535 nvidia-utils-535"],
    ["rpm", "opensuse-leap", "sudo zypper remove -y libnvidia-compute-535 nvidia-utils-535"],
    ["pacman", "arch", "sudo pacman -R --noconfirm libnvidia-compute-535 nvidia-utils-535"],
  ])("removes exactly the packages of %s on %s", (manager, id, command) => {
    const facts = flip(installed(linux(id), manager, "nvidia-utils-535", "libnvidia-compute-535"), {
      wsl: value(wslFacts()),
    });
    expect(commandsOf(shadow, facts)).toEqual([command, "sudo ldconfig", "wsl --shutdown"]);
  });

  test("asks for the owner where no package was seen", () => {
    expect(commandsOf(shadow, wslUbuntu).slice(0, 2)).toEqual([
      "dpkg --search libcuda.so.1",
      "sudo apt-get purge -y NAMES",
    ]);
  });

  test("a library that no package owns came from the .run installer", () => {
    const path = "/usr/lib/x86_64-linux-gnu/libcuda.so.1";
    const facts = flip(wslUbuntu, { libraries: { libcuda: value([library(path, { package: absent() })]) } });
    expect(commandsOf(shadow, facts)[0]).toBe("sudo nvidia-uninstall");
  });
});

test.each([
  ["wsl.conf", { conf: value({ gpuEnabled: false, appendLibPath: null, automount: null }) }, true, false],
  [".wslconfig", { config: value(config({ gpuSupport: false })) }, false, true],
  ["neither seen", {}, true, true],
])("the GPU is switched on again in %s", (_, over, conf, windows) => {
  const facts = flip(wslUbuntu, { wsl: value(wslFacts(over)) });
  const cause = wslCauses["wsl-gpu-disabled-in-config"];
  expect(commandsOf(cause, facts).some((command) => command.endsWith("/etc/wsl.conf"))).toBe(conf);
  expect(titlesOf(cause, facts).includes("gpuSupport=false")).toBe(windows);
  expect(commandsOf(cause, facts).at(-1)).toBe("wsl --shutdown");
});

test.each([
  [16_000, "memory=23GB"],
  [2_000, "memory=4GB"],
  [null, "memory=24GB"],
])("with %s MiB in the distro it suggests %s", (hostMemoryMiB, setting) => {
  const limits = hostMemoryMiB === null ? {} : { hostMemoryMiB: value(hostMemoryMiB) };
  expect(titlesOf(wslCauses["wsl-memory-limit"], flip(wslUbuntu, { limits }))).toContain(setting);
});

describe("wslconfig-ignored", () => {
  const ignored = wslCauses["wslconfig-ignored"];

  test("UTF-16 is saved again, and nothing else is asked", () => {
    expect(commandsOf(ignored, withConfig({ encoding: "utf-16" }))).toEqual([
      '[IO.File]::WriteAllLines("$env:USERPROFILE\\.wslconfig", (Get-Content "$env:USERPROFILE\\.wslconfig"))',
      "wsl --shutdown",
      "free -h",
    ]);
  });

  test("keys in the wrong section are named", () => {
    const titles = titlesOf(ignored, withConfig({ ignoredKeys: ["memory", "swap"] }));
    expect(titles).toContain("move memory, swap under");
    expect(titles).not.toContain("UTF-8");
  });
});

test("data on a Windows drive is copied to the distro's disk", () => {
  const data = (path: string) => flip(wslUbuntu, { data: value({ path, ...noDetails }) });
  const slow = wslCauses["wsl-windows-drive-slow"];
  expect(commandsOf(slow, data("/mnt/d/my data"))[1]).toBe('cp -r --no-clobber "/mnt/d/my data" ~/data/');
  expect(commandsOf(slow, data("/mnt/d/$(reboot)"))[1]).toBe("cp -r --no-clobber /mnt/c/path/to/data ~/data/");
});
const noDetails = { filesystem: absent(), mountPoint: absent(), mountSource: absent(), freeMiB: absent() };

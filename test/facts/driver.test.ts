import { describe, expect, it } from "vitest";
import { driverProbe } from "../../src/facts/driver.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { Adapter, BusFacts, DriverFacts, WslFacts } from "../../src/facts/facts.ts";
import {
  kernelOfMakeLog,
  parseDkmsStatus,
  parseModinfo,
  parseNvrmVersion,
} from "../../src/facts/parse/driver-module.ts";
import {
  dpkgQuery,
  isDriverPackage,
  parseDpkgList,
  parsePacmanFolders,
  rpmQuery,
} from "../../src/facts/parse/driver-packages.ts";
import { gpuLines } from "../../src/facts/parse/kernel-log.ts";
import type { Host } from "../../src/host/host.ts";
import { commandKey } from "../../src/host/recording.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";
import { unknown } from "../support/unknown.ts";

const kernel = "6.1.0-28-amd64";

const adapter: Adapter = {
  vendor: "nvidia",
  name: "GeForce RTX 4090",
  pciId: "10de:2684",
  address: "0000:01:00.0",
  driver: absent(),
  bars: value([2 ** 24]),
  architecture: "ada",
  computeCapability: "8.9",
};
const withCard: BusFacts = { adapters: value([adapter]), nvswitches: value(0) };
const empty: BusFacts = { adapters: absent(), nvswitches: value(0) };
const hgx: BusFacts = { adapters: value([adapter]), nvswitches: value(4) };
const u = unknown("not part of this test");
const wsl2 = value<WslFacts>({
  version: 2,
  package: u,
  distro: u,
  interop: u,
  customKernel: u,
  windowsBuild: u,
  conf: u,
  config: u,
});

/** Looks, and notes which programs were started. */
async function look(
  description: Description,
  bus: BusFacts = withCard,
  wsl: typeof wsl2 | ReturnType<typeof absent> = absent(),
): Promise<DriverFacts & { readonly started: readonly string[] }> {
  const host = composed(description);
  const started: string[] = [];
  const noting: Host = {
    ...host,
    run: (argv, options) => {
      started.push(commandKey(argv));
      return host.run(argv, options);
    },
  };
  return { ...(await driverProbe.look(noting, {}, { bus, wsl })), started };
}

const proprietary =
  "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024\nGCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n";
const open =
  "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  575.57.08  Release Build  (dvs-builder@U22-I3)  Sat May 24 07:25:57 UTC 2025\nGCC version:  gcc version 13.3.0\n";
const smiXml =
  '<nvidia_smi_log><driver_version>535.183.01</driver_version><cuda_version>12.2</cuda_version><attached_gpus>1</attached_gpus><gpu id="00000000:01:00.0"><product_name>NVIDIA GeForce RTX 4090</product_name><pci_device_id>268410DE</pci_device_id></gpu></nvidia_smi_log>';
const nodes: Description["stats"] = {
  "/dev/nvidia0": { kind: "char", mode: "0666", device: "195:0" },
  "/dev/nvidiactl": { kind: "char", mode: "0666", device: "195:255" },
};

describe("the kernel module", () => {
  it.each([
    ["an open module", { "/proc/driver/nvidia/version": open }, { version: "575.57.08", flavour: "open" }],
    [
      "a proprietary module",
      { "/proc/driver/nvidia/version": proprietary },
      { version: "535.183.01", flavour: "proprietary" },
    ],
    [
      "a module that only sysfs shows",
      { "/sys/module/nvidia/version": "550.54.14\n" },
      { version: "550.54.14", flavour: null },
    ],
  ])("reads %s", async (_name, files, expected) => {
    expect((await look({ files })).module).toMatchObject({ state: "value", value: expected });
  });

  it.each<[string, Description, string]>([
    ["not loaded", { folders: { "/sys/module": ["nouveau"] } }, "absent"],
    ["hidden with all of sysfs", {}, "unknown"],
    ["not to be read", { files: { "/proc/driver/nvidia/version": { trouble: "denied" } } }, "unknown"],
  ])("is %s", async (_name, description, state) => {
    expect((await look(description)).module.state).toBe(state);
  });

  it("asks modinfo about a module on disk that is not loaded", async () => {
    const facts = await look({
      folders: { "/sys/module": ["nouveau"], [`/lib/modules/${kernel}/build`]: [] },
      files: { [`/lib/modules/${kernel}/updates/dkms/nvidia-current.ko.xz`]: "" },
      commands: {
        [`modinfo -k ${kernel} nvidia-current`]: [
          `filename:       /lib/modules/${kernel}/updates/dkms/nvidia-current.ko.xz`,
          "version:        535.183.01",
          "license:        NVIDIA",
          "signer:         DKMS module signing key",
        ],
      },
    });
    expect(facts.built).toMatchObject({
      value: {
        path: `/lib/modules/${kernel}/updates/dkms/nvidia-current.ko.xz`,
        version: "535.183.01",
        flavour: "proprietary",
        signer: "DKMS module signing key",
      },
    });
    expect(facts.builtFor).toEqual(value([kernel]));
    expect(facts.headers).toEqual(value(true));
  });

  it.each([
    "kernel/drivers/video/nvidia.ko",
    "kernel/nvidia-550/nvidia.ko",
    "extra/nvidia.ko.zst",
    "extra/nvidia-open/nvidia.ko.xz",
    "weak-updates/nvidia/nvidia.ko",
    "updates/nvidia.ko.gz",
    "extramodules/nvidia.ko.zst",
  ])("finds %s", async (place) => {
    const path = `/lib/modules/${kernel}/${place}`;
    const { built } = await look({ files: { [path]: "" } }, empty);
    expect(built).toMatchObject({ state: "value", value: { path, version: null, flavour: null } });
  });

  it("tells a module built for another kernel only", async () => {
    const facts = await look({
      folders: {
        [`/lib/modules/${kernel}`]: ["kernel"],
        "/lib/modules/6.1.0-27-amd64/updates/dkms": ["nvidia.ko", "nvidia-uvm.ko"],
      },
    });
    expect(facts).toMatchObject({
      built: { state: "absent" },
      builtFor: { value: ["6.1.0-27-amd64"] },
      headers: { value: false },
    });
  });

  it("knows nothing of a kernel whose modules are not in sight", async () => {
    expect(await look({})).toMatchObject({
      built: { state: "unknown" },
      builtFor: { state: "unknown" },
      headers: { state: "unknown" },
    });
  });
});

describe("DKMS", () => {
  const root = "/var/lib/dkms/nvidia";
  it("reads its folders: installed, built, failed, added", async () => {
    const { dkms, started } = await look(
      {
        folders: {
          [`${root}/535.183.01/6.1.0-27-amd64/x86_64/module`]: ["nvidia.ko"],
          [`${root}/535.183.01/6.1.0-26-amd64/x86_64/module`]: ["nvidia.ko"],
          [`${root}/535.183.01/source`]: [],
          [`${root}/550.54.14/source`]: [],
        },
        files: {
          [`${root}/535.183.01/build/make.log`]: `DKMS make.log for nvidia-535.183.01 for kernel ${kernel} (x86_64)\n`,
        },
        realPaths: { [`${root}/kernel-6.1.0-27-amd64-x86_64`]: `${root}/535.183.01/6.1.0-27-amd64/x86_64` },
      },
      empty,
    );
    expect(dkms).toMatchObject({
      value: [
        { module: "nvidia", version: "535.183.01", kernel: "6.1.0-26-amd64", state: "built" },
        { module: "nvidia", version: "535.183.01", kernel: "6.1.0-27-amd64", state: "installed" },
        { module: "nvidia", version: "535.183.01", kernel, state: "failed" },
        { module: "nvidia", version: "550.54.14", kernel: null, state: "added" },
      ],
    });
    expect(started).toEqual([]);
  });

  it("reads what people paste of dkms status", () => {
    const pasted = [
      "nvidia/535.104.05, 6.5.0-35-generic, x86_64: installed",
      "nvidia, 470.86, 5.13.0-22-generic, x86_64: installed",
      "nvidia-current/525.147.05: added",
      "nvidia/550.54.14, 6.8.0, x86_64: built (WARNING! Missing some built modules!)",
      "virtualbox/7.0.10, 6.5.0-35-generic, x86_64: installed",
      "Error! Could not locate dkms.conf",
    ].join("\n");
    expect(parseDkmsStatus(pasted)).toEqual([
      { module: "nvidia", version: "535.104.05", kernel: "6.5.0-35-generic", state: "installed" },
      { module: "nvidia", version: "470.86", kernel: "5.13.0-22-generic", state: "installed" },
      { module: "nvidia-current", version: "525.147.05", kernel: null, state: "added" },
      { module: "nvidia", version: "550.54.14", kernel: "6.8.0", state: "built" },
    ]);
  });
});

describe("driver packages", () => {
  it("reads dpkg's books", async () => {
    const { packages } = await look({
      files: { "/var/lib/dpkg/status": "" },
      commands: {
        [commandKey(dpkgQuery)]: [
          "nvidia-driver-535|535.183.01-0ubuntu0.22.04.1|installed",
          "libnvidia-compute-535|535.183.01-0ubuntu0.22.04.1|installed",
          "libnvidia-compute-525|525.147.05-0ubuntu1|config-files",
          "libnvidia-container1|1.16.1-1|installed",
          "nvidia-cuda-toolkit|11.8.89|installed",
          "nvidia-legacy-390xx-driver||not-installed",
        ],
      },
    });
    expect(packages).toMatchObject({
      value: [
        { name: "nvidia-driver-535", version: "535.183.01-0ubuntu0.22.04.1", manager: "dpkg" },
        { name: "libnvidia-compute-535", version: "535.183.01-0ubuntu0.22.04.1", manager: "dpkg" },
      ],
    });
  });

  it("reads rpm's and pacman's", async () => {
    const rpm = await look({
      folders: { "/usr/lib/sysimage/rpm": ["rpmdb.sqlite"] },
      commands: { [commandKey(rpmQuery)]: ["akmod-nvidia|575.57.08-1.fc42", "nvidia-container-toolkit|1.17-1"] },
    });
    expect(rpm.packages).toMatchObject({
      value: [{ name: "akmod-nvidia", version: "575.57.08-1.fc42", manager: "rpm" }],
    });
    const pacman = await look({
      folders: {
        "/var/lib/pacman/local": [
          "nvidia-open-dkms-580.82.07-2",
          "nvidia-utils-580.82.07-1",
          "nvidia-prime-1.0-5",
          "zlib-1.3-1",
        ],
      },
    });
    expect(pacman.packages).toMatchObject({
      value: [{ name: "nvidia-open-dkms", version: "580.82.07-2" }, { name: "nvidia-utils" }],
    });
  });

  it.each([
    ["nvidia-driver", true],
    ["nvidia-driver-550-open", true],
    ["nvidia-kernel-dkms", true],
    ["nvidia-open", true],
    ["libnvidia-ml1", true],
    ["libcuda1", true],
    ["cuda-drivers-575", true],
    ["linux-modules-nvidia-550-generic-hwe-22.04", true],
    ["xorg-x11-drv-nvidia-cuda", true],
    ["kmod-nvidia-open-dkms", true],
    ["nvidia-utils-550", true],
    ["nvidia-lts", true],
    ["nvidia-cuda-toolkit", false],
    ["nvidia-cuda-dev", false],
    ["nvidia-container-toolkit", false],
    ["libnvidia-container-tools", false],
    ["libnvidia-ml-dev", false],
    ["libnvidia-egl-wayland1", false],
    ["nvidia-settings", false],
    ["nvidia-prime", false],
    ["nvidia-modprobe", false],
    ["nvidia-docker2", false],
  ])("%s is a driver package: %s", (name, expected) => {
    expect(isDriverPackage(name)).toBe(expected);
  });

  it("reads pasted lists", () => {
    expect(
      parseDpkgList(
        "ii  libnvidia-compute-535:amd64  535.1-0  amd64  NVIDIA\nrc  nvidia-driver-525  525.1  amd64  x\n",
      ),
    ).toEqual([{ name: "libnvidia-compute-535", version: "535.1-0", manager: "dpkg" }]);
    expect(parsePacmanFolders(["nvidia", "", "a-b"])).toEqual([]);
  });
});

describe("device nodes", () => {
  it("tells owners and whether this user may open them", async () => {
    const facts = await look({
      stats: {
        "/dev/nvidia0": { kind: "char", mode: "0660", gid: 44, device: "195:0" },
        "/dev/nvidiactl": { kind: "char", mode: "0666" },
        "/dev/nvidia-uvm": { kind: "char", mode: "0666" },
        "/dev/nvidia-caps": { kind: "folder" },
        "/dev/nvme0": { kind: "char" },
      },
      commands: { "getent group 44": "video:x:44:somebody\n" },
    });
    expect(facts.nodes).toMatchObject({
      value: [
        { path: "/dev/nvidia-uvm", mode: 0o666, owner: "root", group: "root", accessible: true },
        { path: "/dev/nvidia0", mode: 0o660, owner: "root", group: "video", accessible: false },
        { path: "/dev/nvidiactl", mode: 0o666, accessible: true },
      ],
    });
  });

  it.each<[string, Description, string]>([
    ["none", { folders: { "/dev": ["null"] } }, "absent"],
    ["a /dev that is hidden", { folders: { "/dev": { trouble: "denied" } } }, "unknown"],
  ])("says %s", async (_name, description, state) => {
    expect((await look(description)).nodes.state).toBe(state);
  });

  it("knows the paravirtual GPU", async () => {
    const { dxg } = await look({ stats: { "/dev/dxg": { kind: "char", mode: "0666" } } }, empty, wsl2);
    expect(dxg).toMatchObject({ value: { path: "/dev/dxg", mode: 0o666, accessible: true } });
  });
});

describe("when nvidia-smi is called", () => {
  const program: Description = { files: { "/usr/bin/nvidia-smi": "" }, commands: { "nvidia-smi -q -x": smiXml } };
  const bare: Description = { ...program, folders: { "/sys/module": [], "/dev": [] } };
  const nvml = { "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1": "" };

  it.each<[string, Description, BusFacts?]>([
    ["with the module loaded", { ...program, files: { ...program.files, "/proc/driver/nvidia/version": proprietary } }],
    [
      "with the module loaded, by root",
      { ...program, identity: { uid: 0 }, files: { "/proc/driver/nvidia/version": proprietary } },
    ],
    ["with nodes given to a container, by root", { ...program, identity: { uid: 0 }, stats: nodes }, empty],
    ["with /dev/dxg, by root", { ...program, identity: { uid: 0 }, stats: { "/dev/dxg": { kind: "char" } } }, empty],
    ["by a user who can make no node", { ...bare, files: { ...bare.files, ...nvml } }, empty],
    ["by root where it has no NVML to load", { ...bare, identity: { uid: 0 } }, empty],
    ["on Windows", { identity: { platform: "win32" }, commands: { "nvidia-smi -q -x": smiXml } }],
  ])("%s", async (_name, description, bus) => {
    const { smi, started } = await look(description, bus);
    expect(smi).toMatchObject({
      state: "value",
      value: { outcome: "ok", driverVersion: "535.183.01", gpus: [{ pciId: "10de:2684" }] },
    });
    expect(started.filter((key) => key.startsWith("nvidia-smi"))).toHaveLength(1);
  });

  it.each<[string, Description, RegExp]>([
    [
      "as root without a module: it would make nodes",
      { ...bare, identity: { uid: 0 }, files: { ...bare.files, ...nvml } },
      /^\/usr\/bin\/nvidia-smi was not called: .* device nodes/,
    ],
    [
      "where the setuid helper would load the module",
      { ...bare, files: { ...bare.files, ...nvml, "/usr/bin/nvidia-modprobe": "" } },
      /nvidia-modprobe, which loads one/,
    ],
  ])("not %s", async (_name, description, reason) => {
    const { smi, started } = await look(description);
    expect(smi).toMatchObject({ state: "unknown", reason: { en: expect.stringMatching(reason) } });
    expect(started.filter((key) => key.startsWith("nvidia-smi"))).toEqual([]);
  });

  it.each<[string, Description]>([
    ["where there is none", { stats: nodes }],
    ["for root where there is none", { identity: { uid: 0 } }],
    ["on macOS", { identity: { platform: "darwin" }, commands: { "nvidia-smi -q -x": smiXml } }],
  ])("absent %s", async (_name, description) => {
    expect((await look(description)).smi.state).toBe("absent");
  });

  it("names the one of Windows where it is the first", async () => {
    const { smi } = await look(
      {
        env: { PATH: "/usr/bin:/bin:/mnt/c/Windows/system32" },
        files: { "/usr/lib/wsl/lib/nvidia-smi": "", "/mnt/c/Windows/system32/nvidia-smi": "" },
        stats: { "/dev/dxg": { kind: "char" } },
        commands: { "nvidia-smi -q -x": smiXml },
      },
      empty,
      wsl2,
    );
    expect(smi).toMatchObject({ value: { path: "/usr/lib/wsl/lib/nvidia-smi" } });
  });

  it.each<[string, NonNullable<Description["commands"]>[string], object]>([
    [
      "hangs",
      { outcome: "timeout", durationMs: 5000, stdout: "Sun Nov 22\n" },
      { value: { outcome: "timeout", message: "no answer within 5 s" } },
    ],
    ["crashes", { signal: "SIGSEGV" }, { value: { outcome: "crashed", message: "killed by SIGSEGV" } }],
    ["prints nonsense", "烫烫烫\n", { value: { outcome: "unreadable", gpus: [] } }],
    [
      "is refused by the driver",
      { exitCode: 18, stdout: "Failed to initialize NVML: Driver/library version mismatch\n" },
      { value: { outcome: "mismatch" } },
    ],
    ["may not be run", { outcome: "denied" }, { state: "unknown" }],
    [
      "cannot be started",
      { outcome: "failed", stderr: "spawn EAGAIN" },
      { state: "unknown", reason: { en: "nvidia-smi could not be started: spawn EAGAIN" } },
    ],
  ])("says so when it %s", async (_name, command, expected) => {
    const { smi } = await look({ stats: nodes, commands: { "nvidia-smi -q -x": command } });
    expect(smi).toMatchObject(expected);
  });
});

describe("the kernel log", () => {
  it("keeps the lines about GPUs", async () => {
    const { kernelLog } = await look({
      commands: {
        dmesg: [
          "[    0.000000] Linux version 6.1.0",
          "[   12.000000] nvidia: module verification failed: signature and/or required key missing - tainting kernel",
          "[   13.000000] NVRM: Xid (PCI:0000:01:00): 79, pid=1, GPU has fallen off the bus.",
          "[   14.000000] NVRM: Xid (PCI:0000:01:00): 79, pid=1, GPU has fallen off the bus.",
          "[   15.000000] usb 1-1: new device",
        ],
      },
    });
    expect(kernelLog).toMatchObject({
      value: [
        expect.stringContaining("module verification failed"),
        "[   13.000000] NVRM: Xid (PCI:0000:01:00): 79, pid=1, GPU has fallen off the bus.",
      ],
    });
  });

  it("turns to the journal, and says who may read dmesg", async () => {
    const denied = { exitCode: 1, stderr: "dmesg: read kernel buffer failed: Operation not permitted\n" };
    const journal = "journalctl -k -b -q --no-pager -n 5000";
    const open = await look({
      commands: { dmesg: denied, [journal]: "Nov 22 10:11:12 box kernel: NVRM: API mismatch\n" },
    });
    expect(open.kernelLog).toMatchObject({ value: ["Nov 22 10:11:12 box kernel: NVRM: API mismatch"] });
    const closed = await look({ commands: { dmesg: denied } });
    expect(closed.kernelLog).toMatchObject({ state: "unknown", reason: { en: expect.stringContaining("needs root") } });
  });

  it("takes the newest of many, without escapes, and survives a flood", () => {
    const flood = Array.from({ length: 200_000 }, (_, index) => `NVRM: line ${index}\x1b[31m`).join("\n");
    const lines = gpuLines(flood);
    expect(lines).toHaveLength(60);
    expect(lines.at(-1)).toBe("NVRM: line 199999");
    expect(gpuLines("x".repeat(10_000_000))).toEqual([]);
  });
});

describe("services and profiles", () => {
  const active = { "systemctl is-active nvidia-fabricmanager": "active\n" };
  const inactive = { "systemctl is-active nvidia-fabricmanager": { stdout: "inactive\n", exitCode: 3 } };
  const unit = { "/usr/lib/systemd/system/nvidia-fabricmanager.service": "" };
  it.each<[string, Description, BusFacts, object]>([
    ["active on HGX", { commands: active }, hgx, { state: "value", value: "active" }],
    ["stopped", { commands: inactive, files: unit }, hgx, { state: "value", value: "inactive" }],
    ["not installed", { commands: inactive }, hgx, { state: "absent" }],
    [
      "installed where no NVSwitch is",
      { commands: inactive, files: unit },
      withCard,
      { state: "value", value: "inactive" },
    ],
    ["not asked for", {}, withCard, { state: "absent" }],
    ["without systemd", { files: unit }, hgx, { state: "unknown" }],
  ])("Fabric Manager %s", async (_name, description, bus, expected) => {
    expect((await look(description, bus)).fabricManager).toMatchObject(expected);
  });

  it.each([
    ["on-demand\n", "on-demand"],
    ["on\n", "nvidia"],
    ["off\n", "intel"],
  ])("prime profile %j is %s", async (text, profile) => {
    expect((await look({ files: { "/etc/prime-discrete": text } })).primeProfile).toMatchObject({ value: profile });
  });
});

describe("the user-space version", () => {
  it("is that of the library behind the link", async () => {
    const folder = "/usr/lib/x86_64-linux-gnu";
    const { userspaceVersion } = await look({
      realPaths: { [`${folder}/libcuda.so.1`]: `${folder}/libcuda.so.535.104.05` },
    });
    expect(userspaceVersion).toMatchObject({ value: "535.104.05" });
  });

  it("is absent without one, and unknown for a plain file", async () => {
    expect((await look({})).userspaceVersion.state).toBe("absent");
    expect((await look({ files: { "/usr/lib64/libcuda.so.1": "" } })).userspaceVersion.state).toBe("unknown");
  });
});

it("starts no program where no card, driver or WSL is in sight", async () => {
  const { started } = await look(
    {
      identity: { uid: 0 },
      folders: { "/sys/module": [], "/dev": ["null"] },
      files: { "/var/lib/dpkg/status": "" },
    },
    empty,
  );
  expect(started).toEqual([]);
});

describe("driver texts", () => {
  it("reads nothing out of nonsense", () => {
    expect(parseNvrmVersion("")).toBeNull();
    expect(parseNvrmVersion("NVRM version: ???")).toEqual({ version: null, flavour: null });
    expect(parseModinfo("modinfo: ERROR: Module nvidia not found.")).toBeNull();
    expect(parseModinfo(":".repeat(1_000_000))).toBeNull();
    expect(parseDkmsStatus(", ".repeat(1_000_000))).toEqual([]);
    expect(kernelOfMakeLog("")).toBeNull();
  });

  it("tells the flavour by the license", () => {
    expect(parseModinfo("filename: /lib/modules/x/nvidia.ko\nlicense: Dual MIT/GPL\nversion: 580.95.05")).toMatchObject(
      {
        flavour: "open",
        version: "580.95.05",
        signer: null,
      },
    );
  });
});

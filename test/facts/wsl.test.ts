import { expect, test } from "vitest";
import { wslProbe } from "../../src/facts/wsl.ts";
import { parseWslConf, parseWslConfig } from "../../src/facts/wsl-config.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

const look = (description: Description) => wslProbe.look(composed(description), {}, {});
const driveC =
  "90 80 0:50 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\134;uid=1000;gid=1000,access=client";
const kernel = (release: string): Description => ({ identity: { release } });

const versions: readonly { name: string; machine: Description; version: 1 | 2 | null; custom?: boolean }[] = [
  { name: "Debian on bare metal", machine: kernel("6.1.0-28-amd64"), version: null },
  { name: "a host name that says microsoft", machine: { env: { HOSTNAME: "microsoft-gpu-1" } }, version: null },
  { name: "WSL1", machine: kernel("4.4.0-19041-Microsoft"), version: 1 },
  { name: "WSL2", machine: kernel("5.15.153.1-microsoft-standard-WSL2"), version: 2, custom: false },
  { name: "WSL2 with a kernel of 2020", machine: kernel("4.19.128-microsoft-standard"), version: 2, custom: false },
  { name: "WSL2, self-built", machine: kernel("5.15.153.1-microsoft-standard-WSL2+"), version: 2, custom: true },
  {
    name: "docker-desktop",
    machine: { ...kernel("6.6.87.2-microsoft-standard-WSL2"), files: { "/.dockerenv": "" } },
    version: 2,
    custom: false,
  },
  {
    name: "WSL2 with a kernel without suffix",
    machine: { identity: { release: "4.19.0" }, folders: { "/run/WSL": ["1_interop"] } },
    version: 2,
    custom: true,
  },
  {
    name: "the same under sudo: only the drive is left to tell",
    machine: { identity: { release: "6.1.21" }, files: { "/proc/self/mountinfo": [driveC] } },
    version: 2,
    custom: true,
  },
  {
    name: "the same in a container: only the boot line is left to tell",
    machine: {
      identity: { release: "6.1.21" },
      files: { "/proc/cmdline": "initrd=\\initrd.img WSL_ROOT_INIT=1 panic=-1\n" },
    },
    version: 2,
    custom: true,
  },
  {
    name: "registered Windows programs",
    machine: { identity: { release: "6.1.21" }, files: { "/proc/sys/fs/binfmt_misc/WSLInterop-late": "enabled\n" } },
    version: 2,
    custom: true,
  },
  {
    name: "variables that came over ssh",
    machine: { env: { WSL_DISTRO_NAME: "Ubuntu", WSL_INTEROP: "/run/WSL/8_interop" } },
    version: null,
  },
  {
    name: "a Hyper-V guest with a partitioned GPU",
    machine: {
      identity: { release: "6.8.0-45-generic" },
      stats: { "/dev/dxg": { kind: "char", mode: "0666" } },
      folders: { "/usr/lib/wsl/lib": ["libcuda.so.1"], "/usr/lib/wsl/drivers": ["nv_dispi.inf_amd64_1"] },
      files: { "/proc/self/mountinfo": ["22 1 8:1 / / rw - ext4 /dev/sda1 rw"] },
    },
    version: null,
  },
  { name: "Windows", machine: { identity: { platform: "win32" } }, version: null },
];

test.each(versions)("$name", async ({ machine, version, custom }) => {
  const wsl = await look(machine);
  if (version === null) return expect(wsl.state).toBe("absent");
  expect(wsl).toMatchObject({ value: { version } });
  if (custom !== undefined) expect(wsl).toMatchObject({ value: { customKernel: { value: custom } } });
});

const wsl2 = kernel("5.15.153.1-microsoft-standard-WSL2");

test("package, distro and interop", async () => {
  const wsl = await look({
    ...wsl2,
    env: { WSL_DISTRO_NAME: "Ubuntu-24.04" },
    files: { "/usr/bin/wslinfo": "", "/proc/sys/fs/binfmt_misc/WSLInterop": ["enabled", "interpreter /init"] },
    commands: { "wslinfo --version": "2.6.3.0\n" },
  });
  expect(wsl).toMatchObject({
    value: { package: { value: "2.6.3.0" }, distro: { value: "Ubuntu-24.04" }, interop: { value: true } },
  });
});

test("an older wslinfo knows another flag", async () => {
  const wsl = await look({
    ...wsl2,
    files: { "/usr/bin/wslinfo": "" },
    commands: { "wslinfo --version": { stderr: "usage", exitCode: 1 }, "wslinfo --wsl-version": "2.0.9\n" },
  });
  expect(wsl).toMatchObject({ value: { package: { value: "2.0.9" } } });
});

test.each<{ name: string; change: Description }>([
  { name: "missing", change: {} },
  {
    name: "hanging",
    change: { files: { "/usr/bin/wslinfo": "" }, commands: { "wslinfo --version": { outcome: "timeout" as const } } },
  },
  {
    name: "printing nonsense",
    change: { files: { "/bin/wslinfo": "" }, commands: { "wslinfo --version": "nat\n", "wslinfo --wsl-version": "" } },
  },
])("wslinfo $name leaves the package unknown", async ({ change }) => {
  expect(await look({ ...wsl2, ...change })).toMatchObject({ value: { package: { state: "unknown" } } });
});

test("interop: switched off, not mounted, or not to be told", async () => {
  const folder = "/proc/sys/fs/binfmt_misc";
  expect(await look({ ...wsl2, folders: { [folder]: ["register", "status"] } })).toMatchObject({
    value: { interop: { value: false } },
  });
  expect(await look({ ...wsl2, folders: { [folder]: [] } })).toMatchObject({
    value: { interop: { state: "unknown" } },
  });
  expect(await look({ ...wsl2, files: { [`${folder}/WSLInterop`]: "disabled\n" } })).toMatchObject({
    value: { interop: { value: false } },
  });
});

test("wsl.conf", async () => {
  const conf = "[gpu]\nEnabled = false # off\n appendLibPath=FALSE\n[automount]\nenabled=1\n";
  expect(parseWslConf(conf)).toEqual({ gpuEnabled: false, appendLibPath: false, automount: true });
  expect(parseWslConf("enabled=false\n[gpu\nenabled=maybe")).toEqual({
    gpuEnabled: null,
    appendLibPath: null,
    automount: null,
  });
  expect(await look({ ...wsl2, files: { "/etc/wsl.conf": conf } })).toMatchObject({
    value: { conf: { value: { gpuEnabled: false } } },
  });
  expect(await look(wsl2)).toMatchObject({ value: { conf: { state: "absent" } } });
});

const nothingSet = { gpuSupport: null, kernel: null, memoryMiB: null, processors: null, swapMiB: null };
const utf8 = (text: string) => new Uint8Array(Buffer.from(text, "utf8"));
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));

test.each([
  {
    name: "all that we ask for",
    bytes: utf8(
      "[wsl2]\r\nmemory=8GB\r\nprocessors=4\r\nswap=0\r\ngpuSupport=false\r\nkernel=C:\\\\wsl\\\\bzImage\r\n",
    ),
    config: {
      encoding: "utf-8",
      ignoredKeys: [],
      gpuSupport: false,
      kernel: "C:\\wsl\\bzImage",
      memoryMiB: 8192,
      processors: 4,
      swapMiB: 0,
    },
  },
  {
    name: "names in any case, comments, the first of two values",
    bytes: utf8("# mine\n[WSL2] # section\nMemory = 512MB # half\nmemory=4GB\n"),
    config: { ...nothingSet, encoding: "utf-8", ignoredKeys: [], memoryMiB: 512 },
  },
  {
    name: "keys in the wrong section",
    bytes: utf8(
      "memory=4GB\n[experimental]\nprocessors=2\nsparseVhd=true\n[wsl2]\nautoMemoryReclaim=gradual\nsomethingNew=1\n[boot]\nsystemd=true\n",
    ),
    config: {
      ...nothingSet,
      encoding: "utf-8",
      ignoredKeys: ["memory", "experimental.processors", "wsl2.autoMemoryReclaim", "boot.systemd"],
    },
  },
  {
    name: "settings that were experimental once stand in both sections",
    bytes: utf8(
      "[experimental]\nnetworkingMode=mirrored\n[wsl2]\nnetworkingMode=nat\n[general]\ninstanceIdleTimeout=-1\n",
    ),
    config: { ...nothingSet, encoding: "utf-8", ignoredKeys: [] },
  },
  {
    name: "UTF-8 with a mark is read",
    bytes: utf8("\ufeff[wsl2]\nmemory=6GB\n"),
    config: { ...nothingSet, encoding: "utf-8-bom", ignoredKeys: [], memoryMiB: 6144 },
  },
  {
    name: "UTF-16 with a mark is not",
    bytes: utf16("\ufeff[wsl2]\r\nmemory=6GB\r\ngpuSupport=false\r\n"),
    config: { ...nothingSet, encoding: "utf-16", ignoredKeys: ["wsl2.memory", "wsl2.gpuSupport"] },
  },
  {
    name: "UTF-16 without a mark is not",
    bytes: utf16("[wsl2]\r\nmemory=6GB\r\n"),
    config: { ...nothingSet, encoding: "utf-16", ignoredKeys: ["wsl2.memory"] },
  },
  {
    name: "values that WSL refuses",
    bytes: utf8("[wsl2]\nmemory=8 GB\nswap=1.5GB\nprocessors=many\nkernel=C:\\Users\\me\\bzImage\ngpuSupport=off\n"),
    config: { ...nothingSet, encoding: "utf-8", ignoredKeys: [] },
  },
  {
    name: "safe mode",
    bytes: utf8("[wsl2]\nsafeMode=true\n"),
    config: { ...nothingSet, encoding: "utf-8", ignoredKeys: [], gpuSupport: false },
  },
  { name: "an empty file", bytes: utf8(""), config: { ...nothingSet, encoding: "utf-8", ignoredKeys: [] } },
])(".wslconfig: $name", ({ bytes, config }) => {
  expect(parseWslConfig("/mnt/c/Users/me/.wslconfig", bytes)).toEqual({
    path: "/mnt/c/Users/me/.wslconfig",
    ...config,
  });
});

const me = { "/mnt/c/Users/me/.wslconfig": "[wsl2]\nkernel=C:\\\\k\n" };
const other = { "/mnt/c/Users/other/.wslconfig": "[wsl2]\n" };

test.each<{ name: string; machine: Description; expected: object }>([
  {
    name: "the only user who has one",
    machine: { files: me, folders: { "/mnt/c/Users/other": [] } },
    expected: { value: { path: "/mnt/c/Users/me/.wslconfig" } },
  },
  {
    name: "the user of the environment",
    machine: { files: { ...me, ...other }, env: { USERPROFILE: "/mnt/c/Users/me" } },
    expected: { value: { path: "/mnt/c/Users/me/.wslconfig" } },
  },
  {
    name: "the user on the Windows PATH",
    machine: {
      files: { ...me, ...other },
      env: { PATH: "/usr/bin:/mnt/c/WINDOWS:/mnt/c/Users/me/AppData/Local/Microsoft/WindowsApps" },
    },
    expected: { value: { path: "/mnt/c/Users/me/.wslconfig" } },
  },
  {
    name: "two users, and nothing tells whose distro it is",
    machine: { files: { ...me, ...other } },
    expected: { state: "unknown" },
  },
  { name: "no user has one", machine: { folders: { "/mnt/c/Users/me": [] } }, expected: { state: "absent" } },
  {
    name: "the drive is not mounted",
    machine: { env: { USERPROFILE: "/mnt/c/Users/me" } },
    expected: { state: "unknown" },
  },
  {
    name: "the drive is mounted elsewhere",
    machine: { files: { "/c/Users/me/.wslconfig": "", "/proc/self/mountinfo": [driveC.replace("/mnt/c", "/c")] } },
    expected: { value: { path: "/c/Users/me/.wslconfig" } },
  },
])("whose .wslconfig: $name", async ({ machine, expected }) => {
  expect(await look({ ...wsl2, ...machine })).toMatchObject({ value: { config: expected } });
});

test("kernel= in .wslconfig is a kernel of the user's own", async () => {
  expect(await look({ ...wsl2, files: me })).toMatchObject({ value: { customKernel: { value: true } } });
});

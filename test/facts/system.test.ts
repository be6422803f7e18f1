import { expect, test } from "vitest";
import { windowsName } from "../../src/facts/parse/os-name.ts";
import { parseOsRelease } from "../../src/facts/parse/os-release.ts";
import { systemProbe } from "../../src/facts/system.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

const look = (description: Description) => systemProbe.look(composed(description), {}, {});

test.each([
  {
    lines: ['PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"', 'VERSION_ID="12"', "ID=debian"],
    os: { name: "Debian GNU/Linux 12", id: "debian", version: "12", like: [] },
  },
  {
    lines: ['PRETTY_NAME="Ubuntu 24.04.1 LTS"', "ID=ubuntu", "ID_LIKE=debian", 'VERSION_ID="24.04"'],
    os: { name: "Ubuntu 24.04.1 LTS", id: "ubuntu", version: "24.04", like: ["debian"] },
  },
  {
    lines: ['NAME="Rocky Linux"', "ID='rocky'", 'ID_LIKE="rhel centos fedora"', "# a comment", "garbage"],
    os: { name: "Rocky Linux", id: "rocky", version: null, like: ["rhel", "centos", "fedora"] },
  },
  { lines: ["ID=arch"], os: { name: "arch", id: "arch", version: null, like: [] } },
])("os-release of $os.id", ({ lines, os }) => {
  expect(parseOsRelease(lines.join("\n"))).toMatchObject(os);
});

test("os-release without a name is none", () => {
  expect(parseOsRelease("<html>not found</html>")).toBeNull();
});

test("/usr/lib/os-release serves where /etc has none", async () => {
  const { os } = await look({ files: { "/usr/lib/os-release": ["ID=nixos", 'PRETTY_NAME="NixOS 24.11 (Vicuna)"'] } });
  expect(os).toMatchObject({
    value: { name: "NixOS 24.11", id: "nixos" },
    evidence: [{ source: "/usr/lib/os-release" }],
  });
});

test("no os-release at all", async () => {
  expect((await look({})).os.state).toBe("unknown");
});

test.each([
  ["10.0.22631", "Microsoft Windows 11 Pro", "Windows 11 Pro 23H2", 22631],
  ["10.0.22631", "Windows 10 Pro", "Windows 11 Pro 23H2", 22631],
  ["10.0.19045", "Microsoft Windows 10 Home", "Windows 10 Home 22H2", 19045],
  ["10.0.26100", "Microsoft Windows Server 2025 Datacenter", "Windows Server 2025 Datacenter", 26100],
  ["10.0.22000", undefined, "Windows 11 21H2", 22000],
  ["10.0.99999", "Microsoft Windows 12", "Windows 12", 99999],
  ["nonsense", undefined, "Windows", null],
] as const)("Windows %s that calls itself %s", (version, own, name, build) => {
  expect(windowsName(version, own)).toMatchObject({ name, build, id: "windows" });
});

test("Windows keeps its name where the inventory fails", async () => {
  const system = await look({ identity: { platform: "win32" }, inventory: { trouble: "timeout" } });
  expect(system).toMatchObject({
    os: { value: { name: "Windows 11 23H2", build: 22631 } },
    kernel: { value: "10.0.22631" },
    root: { state: "unknown" },
  });
});

const plist = "<plist><dict><key>ProductVersion</key>\n<string>15.1</string></dict></plist>";

test("macOS by its version file, without starting a program", async () => {
  const files = { "/System/Library/CoreServices/SystemVersion.plist": plist };
  expect((await look({ identity: { platform: "darwin" }, files })).os).toMatchObject({ value: { name: "macOS 15.1" } });
});

test("root is user 0", async () => {
  expect((await look({ identity: { uid: 0 } })).root).toMatchObject({ value: true });
  expect((await look({ identity: { uid: 1000 } })).root).toMatchObject({ value: false });
});

const variable = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const shim = "/sys/firmware/efi/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23";
const bytes = (...all: number[]) => ({ base64: Buffer.from(all).toString("base64") });

const secureBootCases: readonly { name: string; machine: Description; expected: object }[] = [
  { name: "on", machine: { files: { [variable]: bytes(6, 0, 0, 0, 1) } }, expected: { value: true } },
  { name: "off", machine: { files: { [variable]: bytes(6, 0, 0, 0, 0) } }, expected: { value: false } },
  {
    name: "on, but switched off in shim",
    machine: { files: { [variable]: bytes(6, 0, 0, 0, 1), [shim]: bytes(6, 0, 0, 0, 1) } },
    expected: { value: false, evidence: [{ source: shim, excerpt: "06 00 00 00 01" }] },
  },
  {
    name: "on, and the shim's variable could have been written by anybody",
    machine: { files: { [variable]: bytes(6, 0, 0, 0, 1), [shim]: bytes(7, 0, 0, 0, 1) } },
    expected: { value: true },
  },
  { name: "cut off", machine: { files: { [variable]: bytes(6, 0) } }, expected: { state: "unknown" } },
  { name: "denied", machine: { files: { [variable]: { trouble: "denied" } } }, expected: { state: "unknown" } },
  { name: "legacy BIOS", machine: { folders: { "/sys/firmware/acpi": [] } }, expected: { state: "absent" } },
  {
    name: "firmware without Secure Boot",
    machine: { folders: { "/sys/firmware/efi/efivars": ["BootOrder-8be4df61-93ca-11d2-aa0d-00e098032b8c"] } },
    expected: { value: false },
  },
  {
    name: "efivarfs not mounted",
    machine: { folders: { "/sys/firmware/efi/efivars": [] } },
    expected: { state: "unknown" },
  },
  {
    name: "hidden by a container engine",
    machine: { folders: { "/sys/firmware": [] } },
    expected: { state: "unknown" },
  },
  { name: "macOS", machine: { identity: { platform: "darwin" } }, expected: { state: "unknown" } },
];

test.each(secureBootCases)("Secure Boot: $name", async ({ machine, expected }) => {
  expect((await look(machine)).secureBoot).toMatchObject(expected);
});

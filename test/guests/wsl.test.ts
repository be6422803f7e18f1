import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { debian } from "./support/debian.ts";
import { describeGuests } from "./support/describe-guests.ts";
import { reasons, told } from "./support/expected.ts";
import { type Guest, type Machine, withGuest } from "./support/guest.ts";
import { desktop, virtual } from "./support/hardware.ts";
import type { Kernel } from "./support/kernel.ts";
import { loadModules, moduleEntries } from "./support/modules.ts";

const b = "/init.d/busybox";

async function doAll(guest: Guest, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { code, output } = await guest.sh(line);
    if (code !== 0) throw new Error(`${line}: ${output}`);
  }
}

/** What nvidia-smi of Windows printed on the machine that is recorded as healthy. */
function recordedSmi(): string {
  const path = join(import.meta.dirname, "..", "machines", "base", "wsl2.json");
  return JSON.parse(readFileSync(path, "utf8")).commands["nvidia-smi -q -x"].join("\n");
}

/** The virtual machine that WSL2 is: its own kernel, Windows's drive C: over 9p, Microsoft's adapter on the bus. */
function wsl2(kernel: Kernel, drive: string): Machine {
  const own = debian(kernel);
  return {
    ...own,
    ...virtual("VRTUAL"),
    kernelRelease: "5.15.153.1-microsoft-standard-WSL2",
    boot: "WSL_ROOT_INIT=1",
    pci: [{ vendor: 0x1414, device: 0x008e, class: 0x030200 }],
    options: ["-fsdev", `local,id=drive,path=${drive},security_model=none,readonly=on`],
    devices: ["virtio-9p-pci,fsdev=drive,mount_tag=C:\\"],
    entries: [...(own.entries ?? []), ...moduleEntries(kernel, ["9p", "9pnet_virtio", "virtio_pci", "binfmt_misc"])],
  };
}

/** What WSL's own init does. */
const asWsl = [
  loadModules,
  `${b} mkdir -p /mnt/c /run/WSL`,
  `${b} mount -t 9p -o 'trans=virtio,aname=drvfs;path=C:\\;uid=0;gid=0' 'C:\\' /mnt/c`,
  `${b} mount -t binfmt_misc binfmt /proc/sys/fs/binfmt_misc`,
  `echo ':WSLInterop:M::MZ::/init:PF' >/proc/sys/fs/binfmt_misc/register`,
  "export WSL_DISTRO_NAME=Debian",
];

const libraries = "/usr/lib/wsl/lib";
/** Windows hands its GPU over: the device, and NVIDIA's libraries and nvidia-smi of the driver of Windows. */
const withGpu = [
  `${b} mknod /dev/dxg c 10 125`,
  `${b} chmod 666 /dev/dxg`,
  `${b} mkdir -p ${libraries} /etc/ld.so.conf.d`,
  `for n in libcuda.so libcuda.so.1 libcuda.so.1.1 libnvidia-ml.so.1 libdxcore.so libd3d12.so; do : >${libraries}/$n; done`,
  `${b} cp /init.d/smi ${libraries}/nvidia-smi; ${b} chmod 755 ${libraries}/nvidia-smi`,
  `echo ${libraries} >/etc/ld.so.conf.d/ld.wsl.conf`,
  `export PATH=$PATH:${libraries}`,
];

const container = "3f8a1c9e5b7d2046a8c1e3f5b7d9204683f8a1c9e5b7d2046a8c1e3f5b7d9204";
/** Docker in the distribution itself, as far as its mounts show. */
const inDocker = `
${b} mkdir -p /var/lib
${b} mount -t tmpfs tmpfs /var/lib
${b} mkdir -p /var/lib/docker/containers/${container}
: >/.dockerenv
for n in resolv.conf hosts; do
  : >/etc/$n
  : >/var/lib/docker/containers/${container}/$n
  ${b} mount --bind /var/lib/docker/containers/${container}/$n /etc/$n
done
"$@"
code=$?
${b} rm /.dockerenv
exit $code
`;

describeGuests("WSL", "amd64", (kernel) => {
  test("2: its kernel, drive C:, interop, .wslconfig and /dev/dxg, as they come and go", async ({ onTestFinished }) => {
    const drive = mkdtempSync(join(tmpdir(), "envdoctor-drive-"));
    onTestFinished(() => rmSync(drive, { recursive: true }));
    const profile = join(drive, "Users", "Mia Müller");
    mkdirSync(profile, { recursive: true });
    const machine = wsl2(kernel, drive);
    const smi = `#!/init.d/busybox sh\n${b} cat <<'END'\n${recordedSmi()}\nEND\n`;
    const files = { ...machine.files, "init.d/smi": smi, "init.d/in-docker": inDocker };
    await withGuest(kernel, { ...machine, files }, async (guest) => {
      await doAll(guest, asWsl);
      const bare = await guest.check();
      expect(bare.machine).toMatchObject({
        kernel: "5.15.153.1-microsoft-standard-WSL2",
        wsl: { version: 2, distro: "Debian" },
        hypervisor: null,
        container: null,
      });
      expect(told(bare), reasons(bare)).toMatchObject({
        verdict: "not-ready no",
        causes: "wsl-dev-dxg-missing framework-not-installed",
        fail: "wsl.gpu-device",
        unknown: "",
      });

      writeFileSync(join(profile, ".wslconfig"), Buffer.from("\ufeff[wsl2]\r\ngpuSupport=false\r\n", "utf16le"));
      const unread = await guest.check();
      expect(told(unread), reasons(unread)).toMatchObject({
        causes: "wsl-dev-dxg-missing wslconfig-ignored framework-not-installed",
        fail: "wsl.gpu-device",
      });

      writeFileSync(join(profile, ".wslconfig"), "[wsl2]\r\ngpuSupport=false\r\n");
      const off = await guest.check();
      expect(told(off), reasons(off)).toMatchObject({
        verdict: "not-ready no",
        causes: "wsl-gpu-disabled-in-config framework-not-installed",
        fail: "wsl.config",
      });

      rmSync(join(profile, ".wslconfig"));
      const docker = await guest.check(`${b} env -u WSL_DISTRO_NAME ${b} unshare -m ${b} sh /init.d/in-docker`);
      expect(docker.machine).toMatchObject({ wsl: { version: 2 }, hypervisor: null, container: "docker" });
      expect(told(docker), reasons(docker)).toMatchObject({
        verdict: "not-ready no",
        causes: "container-missing-gpu-flag framework-not-installed",
        fail: "wsl.gpu-device",
      });

      await doAll(guest, withGpu);
      const healthy = await guest.check();
      expect(healthy.gpus).toMatchObject([{ vendor: "nvidia", name: "NVIDIA GeForce RTX 4090" }]);
      // No ldconfig is here to say what the loader takes.
      expect(told(healthy), reasons(healthy)).toEqual({
        hypervisor: null,
        verdict: "not-ready no",
        causes: "framework-not-installed",
        fail: "frameworks.installed",
        warn: "",
        unknown: "wsl.libraries cuda.libcuda",
      });
    });
  });

  test("1: its kernel", async () => {
    const machine = { ...debian(kernel), ...desktop, kernelRelease: "4.4.0-19041-Microsoft" };
    const report = await withGuest(kernel, machine, (guest) => guest.check());
    expect(report.machine.wsl).toMatchObject({ version: 1 });
    expect(told(report), reasons(report)).toMatchObject({
      hypervisor: null,
      verdict: "not-ready no",
      causes: "wsl1-no-gpu framework-not-installed",
      fail: "wsl.version",
    });
  });

  test("is not a machine that is only named so, nor Hyper-V with a GPU handed in", async () => {
    await withGuest(kernel, { ...debian(kernel), ...virtual("VRTUAL"), smbios: hyperv }, async (guest) => {
      await doAll(guest, [`${b} hostname microsoft-standard-WSL2`]);
      const named = await guest.check("WSL_DISTRO_NAME=Ubuntu");
      expect(named.machine).toMatchObject({ wsl: null, hypervisor: "hyperv" });
      await doAll(guest, [`${b} mknod /dev/dxg c 10 125`, `${b} chmod 666 /dev/dxg`]);
      const handed = await guest.check();
      expect(handed.machine).toMatchObject({ wsl: null, hypervisor: "hyperv" });
      expect(handed.causes.map(({ id }) => id)).not.toContain("wsl-dev-dxg-missing");
    });
  });
});

const hyperv = ["1,manufacturer=Microsoft Corporation,product=Virtual Machine,version=7.0"];

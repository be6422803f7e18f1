import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { CheckReport } from "../../../src/report/check-report.ts";
import type { Entry } from "./cpio.ts";
import { baseArchive, overlayArchive } from "./initramfs.ts";
import type { Kernel } from "./kernel.ts";
import { writeKernelMemory } from "./kernel-memory.ts";
import { type PciDevice, type RemoteDevice, serveDevice } from "./remote-pci.ts";

/** The hardware of a guest, in QEMU's words, and what lies on its disk. */
export interface Machine {
  /** Machine type with its options: "q35", "pc", "microvm,acpi=off". */
  readonly type?: string;
  readonly cpu?: string;
  /** `-smbios` options without "type=": "1,manufacturer=VMware\\, Inc.". */
  readonly smbios?: readonly string[];
  /** `-device` options; the machine has no others beyond its chip set. */
  readonly devices?: readonly string[];
  /** Devices that QEMU does not know, by their configuration space. */
  readonly pci?: readonly PciDevice[];
  /** Words added to the kernel's command line. */
  readonly boot?: string;
  readonly memoryMiB?: number;
  readonly cpus?: number;
  /** More options of QEMU, as they are. */
  readonly options?: readonly string[];
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly entries?: readonly Entry[];
  /** The kernel calls itself so: written over its own name before anything else runs. */
  readonly kernelRelease?: string;
}

export interface Guest {
  /** Does one line of shell; the output of both streams, the exit code. */
  sh(line: string): Promise<{ readonly output: string; readonly code: number }>;
  /** The report of `envdoctor check --json` there; `before` is shell that leads to it ("ulimit -n 256;"). */
  check(before?: string): Promise<CheckReport>;
  /** `envdoctor snapshot` there. */
  snapshot(before?: string): Promise<unknown>;
}

const patienceMs = 120_000;

/** Boots the machine, lets `use` work with it, and switches it off. */
export async function withGuest<T>(kernel: Kernel, machine: Machine, use: (guest: Guest) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "envdoctor-guest-"));
  const initrd = join(folder, "initrd");
  writeFileSync(initrd, Buffer.concat([base(), overlayArchive(machine.files ?? {}, machine.entries ?? [])]));
  const stub = join(folder, "gdb");
  const { args, cards } = commandLine(kernel, machine, initrd, stub);
  const qemu = spawn("qemu-system-x86_64", args, {
    stdio: ["pipe", "pipe", "pipe", ...cards.map(() => "pipe" as const)],
  });
  const stop = (): void => void qemu.kill("SIGKILL");
  process.once("exit", stop);
  const ended = new Promise<void>((resolve) => qemu.once("close", () => resolve()));
  try {
    const remote = cards.map((card, at) => serveDevice(qemu.stdio[3 + at] as Duplex, card));
    const line = serialLine(qemu, remote);
    await line.until(/@@@up\n/);
    const guest = driven(line);
    if (machine.kernelRelease !== undefined) await rename(guest, stub, machine.kernelRelease);
    return await use(guest);
  } finally {
    stop();
    await ended;
    process.off("exit", stop);
    rmSync(folder, { recursive: true, force: true });
  }
}

let archive: Buffer | undefined;
function base(): Buffer {
  archive ??= baseArchive();
  return archive;
}

function commandLine(kernel: Kernel, machine: Machine, initrd: string, stub: string) {
  const memory = machine.memoryMiB ?? 4608;
  const cards = machine.pci ?? [];
  // A busy machine may lose the ticks by which the kernel tests its timer.
  const append = `console=ttyS0 loglevel=1 panic=-1 no_timer_check ${machine.boot ?? ""}`.trim();
  const args = [
    ...["-accel", "tcg", "-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio", "-no-reboot"],
    // What the firmware prints goes to the serial line as well, and tells when it is done.
    ...["-machine", `${machine.type ?? "q35"},graphics=off,memory-backend=ram`],
    ...["-object", `memory-backend-memfd,id=ram,size=${memory}M,share=on`, "-m", `${memory}`],
    ...["-cpu", machine.cpu ?? "max", "-smp", `${machine.cpus ?? 1}`],
    ...["-kernel", kernel.image, "-initrd", initrd, "-append", append, "-gdb", `unix:${stub},server=on,wait=off`],
    ...(machine.smbios ?? []).flatMap((fields) => ["-smbios", `type=${fields}`]),
    ...(machine.devices ?? []).flatMap((device) => ["-device", device]),
    ...cards.flatMap((_, at) => ["-device", `x-pci-proxy-dev,fd=${3 + at}`]),
    ...(machine.options ?? []),
  ];
  return { args, cards };
}

interface SerialLine {
  write(text: string): void;
  /** What came before the words, which are taken away with it. */
  until(words: RegExp): Promise<{ readonly before: string; readonly found: RegExpExecArray }>;
}

function serialLine(qemu: ChildProcess, cards: readonly RemoteDevice[]): SerialLine {
  let heard = "";
  let complaint = "";
  let wake = (): void => {};
  let over = false;
  qemu.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    heard += chunk;
    if (heard.includes("Booting from ROM")) for (const card of cards) card.firmwareDone();
    wake();
  });
  qemu.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    complaint += chunk;
  });
  qemu.once("close", () => {
    over = true;
    wake();
  });
  return {
    write: (text) => void qemu.stdin?.write(text),
    async until(words) {
      const late = setTimeout(() => qemu.kill("SIGKILL"), patienceMs);
      try {
        for (;;) {
          const found = words.exec(heard);
          if (found !== null) {
            const before = heard.slice(0, found.index);
            heard = heard.slice(found.index + found[0].length);
            return { before, found };
          }
          if (over)
            throw new Error(
              `the guest ended (${qemu.exitCode ?? qemu.signalCode}): ${complaint}\n${heard.slice(-2000)}`,
            );
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        clearTimeout(late);
      }
    },
  };
}

function driven(line: SerialLine): Guest {
  const sh: Guest["sh"] = async (command) => {
    line.write(`${command}\n`);
    const { before, found } = await line.until(/\n@@@done (\d+)\n/);
    return { output: before, code: Number(found[1]) };
  };
  const json = async (command: string): Promise<unknown> => {
    const { output } = await sh(`${command} 2>/tmp/complaint`);
    try {
      return JSON.parse(output);
    } catch {
      const { output: complaint } = await sh("/init.d/busybox cat /tmp/complaint");
      throw new Error(`no JSON from ${command}:\n${complaint}\n${output.slice(0, 2000)}`);
    }
  };
  return {
    sh,
    check: async (before = "") => (await json(`${before} node /opt/envdoctor.mjs check --json`)) as CheckReport,
    snapshot: (before = "") => json(`${before} node /opt/envdoctor.mjs snapshot`),
  };
}

/**
 * `struct uts_namespace` begins with its `struct new_utsname`: sysname, nodename, release … of 65 bytes each.
 * https://man7.org/linux/man-pages/man2/uname.2.html
 */
const fieldBytes = 65;

async function rename(guest: Guest, stub: string, release: string): Promise<void> {
  const { output: symbol } = await guest.sh("/init.d/busybox grep -w init_uts_ns /proc/kallsyms");
  const written = Buffer.alloc(fieldBytes);
  written.write(release, "latin1");
  await writeKernelMemory(stub, BigInt(`0x${symbol.slice(0, 16)}`) + BigInt(2 * fieldBytes), written);
  const { output: now } = await guest.sh("/init.d/busybox uname -r");
  if (now.trim() !== release) throw new Error(`the kernel calls itself ${now.trim()}`);
}

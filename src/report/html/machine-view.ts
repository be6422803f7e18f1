import { message } from "../../text/message.ts";
import type { CheckReport } from "../check-report.ts";
import { html, type Markup, nothing } from "./markup.ts";
import { counted } from "./stack.ts";
import type { Say } from "./words.ts";

const texts = {
  title: message("This machine", "这台机器"),
  system: message("System", "系统"),
  kernel: message("Kernel", "内核"),
  inside: message("Runs in", "运行于"),
  gpu: message("GPU", "GPU"),
  driver: message("Driver", "驱动"),
  toolkits: message("CUDA toolkits", "CUDA Toolkit"),
  python: message("Python", "Python"),
  active: message("active", "当前"),
  others: message("and {count} more", "另有 {count} 个"),
  limits: message("For a job", "任务可用"),
  cpus: message("{count} CPUs", "{count} 个 CPU"),
  memory: message("{gib} GiB memory", "{gib} GiB 内存"),
  shm: message("{mib} MiB /dev/shm", "{mib} MiB /dev/shm"),
  files: message("{count} open files", "{count} 个打开的文件"),
  capability: message("compute capability {cc}", "计算能力 {cc}"),
};

const mostPythons = 4;

/** The facts that people ask for first. What is not known is left out; the checks say why. */
export function machineView(report: CheckReport, say: Say): Markup {
  const { machine, gpus, cuda, pythons, limits } = report;
  const wsl = machine.wsl && [`WSL${machine.wsl.version}`, machine.wsl.distro, machine.wsl.package];
  const telling = pythons.filter(
    ({ active, version, frameworks }) => active || (version !== null && frameworks.length > 0),
  );
  const shown = (telling.length > 0 ? telling : pythons).slice(0, mostPythons);
  const cards = gpus.map(({ name, vendor, pciId, memoryMiB, computeCapability: cc }) =>
    joined([name ?? vendor, pciId, memoryMiB && `${memoryMiB} MiB`, cc && say(texts.capability({ cc }))]),
  );
  const rows: [string, (string | null)[]][] = [
    [say(texts.system()), [machine.os, machine.arch]],
    [say(texts.kernel()), [machine.kernel]],
    [say(texts.inside()), [...machine.containers, ...(wsl ?? []), machine.hypervisor]],
    ...counted(cards).map((card): [string, (string | null)[]] => [say(texts.gpu()), [card]]),
    [say(texts.driver()), [cuda.driverVersion, cuda.driverApi && `CUDA ${cuda.driverApi}`]],
    [say(texts.toolkits()), cuda.toolkits.map(({ version, path }) => `${version} (${path})`)],
    ...shown.map((python): [string, (string | null)[]] => [
      say(texts.python()),
      [
        `${python.version ?? "?"} (${python.environment})`,
        python.path,
        python.active && pythons.length > 1 ? say(texts.active()) : null,
        ...python.frameworks.map(({ name, version, cudaBuild }) =>
          cudaBuild === null ? `${name} ${version}` : `${name} ${version} (CUDA ${cudaBuild})`,
        ),
        python.startMethod,
      ],
    ]),
    [
      say(texts.limits()),
      [
        limits.cpus === null ? null : say(texts.cpus({ count: limits.cpus })),
        limits.memoryMiB === null ? null : say(texts.memory({ gib: Math.round(limits.memoryMiB / 102.4) / 10 })),
        limits.shmMiB === null ? null : say(texts.shm({ mib: Math.round(limits.shmMiB) })),
        limits.openFiles === null ? null : say(texts.files({ count: limits.openFiles })),
      ],
    ],
  ];
  const others = pythons.length - shown.length;
  if (others > 0) rows.splice(-1, 0, [say(texts.python()), [say(texts.others({ count: others }))]]);
  const told = rows.map(([name, parts]) => ({ name, text: joined(parts) }));
  return html`<section class="machine" aria-labelledby="machine"><h2 id="machine">${say(texts.title())}</h2><dl class="pairs">${told.map(
    ({ name, text }) => (text === "" ? nothing : html`<div><dt>${name}</dt><dd translate="no">${text}</dd></div>`),
  )}</dl></section>`;
}

function joined(parts: readonly (string | number | null)[]): string {
  return parts.filter((part) => part !== null && part !== "" && part !== 0).join(" · ");
}

import type { Suspicion } from "../../src/diagnosis/cause.ts";
import { suspect } from "../../src/diagnosis/check.ts";
import { type Evidence, evidenceOf, hidden, known } from "../../src/facts/fact.ts";
import type { Facts, LibraryCandidate, SmiReport } from "../../src/facts/facts.ts";
import { hypervisorOf, inContainer, inWsl2, onWindows } from "../situation.ts";

type Failure = Exclude<SmiReport["outcome"], "ok" | "timeout" | "crashed" | "unreadable">;

/** What a failure of nvidia-smi means depends on where it happened. The evidence is what speaks beside its own words. */
export function suspectsOf(failure: Failure, facts: Facts): readonly Suspicion[] {
  return meanings[failure](facts);
}

const meanings: Readonly<Record<Failure, (facts: Facts) => readonly Suspicion[]>> = {
  mismatch: () => [suspect("driver-library-version-mismatch", 0.97)],
  lost: () => [suspect("gpu-fallen-off-bus", 0.9)],
  permission: () => [suspect("device-node-permissions", 0.9)],
  "no-driver": (facts) => {
    if (inWsl2(facts)) return [linuxDriverInWsl(facts) ?? suspect("wsl-gpu-channel-broken", 0.5)];
    if (inContainer(facts)) return [suspect("kernel-module-missing", 0.5)];
    return [suspect("kernel-module-missing", onWindows(facts) ? 0.4 : 0.75)];
  },
  "no-devices": (facts) => {
    const asked = askedForOpen(facts);
    if (asked) return [suspect("open-kernel-module-required", 0.9, asked)];
    const log = initFailures(facts);
    if (inWsl2(facts)) return [suspect("wsl-gpu-channel-broken", 0.5)];
    if (inContainer(facts) && !hasCardNode(facts)) return [suspect("container-missing-gpu-flag", 0.7)];
    if (hypervisorOf(facts) !== undefined) return [suspect("vm-passthrough-gpu-init-failed", 0.85, ...log)];
    return [suspect("gpu-rm-init-failed", log.length > 0 ? 0.95 : 0.8, ...log)];
  },
  blocked: (facts) => {
    if (!inWsl2(facts)) return [suspect("device-node-permissions", 0.4)];
    const linux = linuxDriverInWsl(facts);
    if (linux) return [linux];
    if (inContainer(facts)) return [suspect("container-missing-gpu-flag", 0.5)];
    const wsl = known(facts.wsl);
    if (wsl && known(wsl.customKernel) === true)
      return [suspect("wsl-custom-kernel", 0.7, ...evidenceOf(wsl.customKernel))];
    return [suspect("gpu-in-tcc-mode", 0.7)];
  },
  "nvml-unknown": (facts) => {
    if (inContainer(facts)) return [suspect("container-cgroup-device-revoked", 0.9)];
    if (hidden(facts.containers)) return [];
    return [suspect("device-node-permissions", 0.4)];
  },
  "no-library": (facts) => {
    if (inWsl2(facts)) return [suspect("wsl-libcuda-not-in-loader-path", 0.6)];
    if (inContainer(facts)) return [suspect("container-missing-gpu-flag", 0.6)];
    if (hidden(facts.containers)) return [];
    return [suspect("driver-not-installed", 0.5)];
  },
};

/** The Linux driver's own library or program in a place where Windows provides them. */
function linuxDriverInWsl({ libraries, driver }: Facts): Suspicion | null {
  const first = [libraries.libnvml, libraries.libcuda].flatMap((fact) => known(fact)?.slice(0, 1) ?? []);
  const shadow = first.find((library) => library.kind === "driver");
  if (shadow) return suspect("wsl-linux-driver-installed", 0.95, owner(shadow));
  const kernelPackage = known(driver.packages)?.[0];
  if (!kernelPackage) return null;
  const excerpt = [kernelPackage.name, kernelPackage.version].filter(Boolean).join(" ");
  return suspect("wsl-linux-driver-installed", 0.7, { source: kernelPackage.manager, excerpt });
}

export function owner(library: LibraryCandidate): Evidence {
  const by = known(library.package);
  return { source: `ldconfig -p (${library.via})`, excerpt: by ? `${library.path} (package ${by})` : library.path };
}

function hasCardNode({ driver }: Facts): boolean {
  return (known(driver.nodes) ?? []).some((node) => /^\/dev\/nvidia\d+$/.test(node.path));
}

function logLine({ driver }: Facts, pattern: RegExp): Evidence | undefined {
  const line = (known(driver.kernelLog) ?? []).findLast((l) => pattern.test(l));
  return line === undefined ? undefined : { source: "dmesg", excerpt: line };
}

function askedForOpen(facts: Facts): Evidence | undefined {
  return logLine(facts, /NVRM.{0,200}requires use of the NVIDIA open kernel modules/i);
}

function initFailures(facts: Facts): Evidence[] {
  const line = logLine(facts, /RmInitAdapter failed|GSP.{0,80}(?:fail|timeout)|rm_init_adapter failed/i);
  return line ? [line] : [];
}

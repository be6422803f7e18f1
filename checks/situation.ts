import { driverReport } from "../src/facts/driver-report.ts";
import { known } from "../src/facts/fact.ts";
import type { Adapter, ContainerFacts, Facts, Framework, HypervisorVendor, PythonFacts } from "../src/facts/facts.ts";

/**
 * Questions that several checks ask of the facts. Each says no where the facts are unknown, so that a check which
 * depends on a situation is skipped rather than wrong.
 */
export function onLinux(facts: Facts): boolean {
  const platform = known(facts.system.platform);
  if (platform !== undefined) return platform === "linux";
  // A pasted text seldom names its system, but only Linux has these.
  return [facts.wsl, facts.driver.module, facts.driver.nodes, facts.driver.dxg].some((fact) => fact.state === "value");
}

export function onWindows(facts: Facts): boolean {
  return known(facts.system.platform) === "win32";
}

export function onMacos(facts: Facts): boolean {
  return known(facts.system.platform) === "darwin";
}

export function inWsl(facts: Facts): boolean {
  return known(facts.wsl) !== undefined;
}

export function inWsl2(facts: Facts): boolean {
  return known(facts.wsl)?.version === 2;
}

/** Containers that more than a stray file speaks for. */
export function containersOf(facts: Facts): readonly ContainerFacts[] {
  return (known(facts.containers) ?? []).filter((c) => c.confidence >= 0.5);
}

export function inContainer(facts: Facts): boolean {
  return containersOf(facts).length > 0;
}

/** The vendor of the hypervisor around this guest; undefined on bare metal, in WSL and where nothing is known. */
export function hypervisorOf(facts: Facts): HypervisorVendor | undefined {
  return inWsl(facts) ? undefined : known(facts.hypervisor)?.vendor;
}

/** NVIDIA's boards with a GPU on the chip have it neither on PCI nor behind the driver of the cards. */
export function onJetson(facts: Facts): boolean {
  if (/-tegra\b/.test(known(facts.system.kernel) ?? "")) return true;
  const cards = nvidiaAdapters(facts);
  const onChip = cards.length > 0 && cards.every((card) => card.pciId === null && card.address === null);
  return onChip && known(facts.system.platform) === "linux" && known(facts.system.arch) === "arm64";
}

export function nvidiaAdapters(facts: Facts): readonly Adapter[] {
  return (known(facts.bus.adapters) ?? []).filter((a) => a.vendor === "nvidia");
}

/**
 * Is the GPU of this machine one that CUDA has no part in (Apple's, or AMD's without an NVIDIA card beside it)? Then
 * nothing that concerns CUDA is a fault.
 */
export function beyondCuda(facts: Facts): boolean {
  if (onMacos(facts)) return true;
  const adapters = known(facts.bus.adapters) ?? [];
  return adapters.some((a) => a.vendor === "amd") && nvidiaAdapters(facts).length === 0 && !nvidiaAnswers(facts);
}

function nvidiaAnswers(facts: Facts): boolean {
  const { driver } = facts;
  return (
    driver.module.state === "value" || driver.dxg.state === "value" || known(driverReport(facts))?.outcome === "ok"
  );
}

/** Chip families of the NVIDIA cards, without repeats. */
export function architectures(facts: Facts): readonly string[] {
  return [...new Set(nvidiaAdapters(facts).flatMap((a) => a.architecture ?? []))];
}

/** Is there a card that needs a kernel driver of this system's own, and not one borrowed from a host around it? */
export function ownsDriver(facts: Facts): boolean {
  return onLinux(facts) && !inWsl(facts) && !inContainer(facts) && !onJetson(facts) && nvidiaAdapters(facts).length > 0;
}

/** Does anything speak for an NVIDIA GPU: a card, a driver at work, nodes, or the GPU of a Windows around this system? */
export function nvidiaInSight(facts: Facts): boolean {
  return nvidiaAdapters(facts).length > 0 || facts.driver.nodes.state === "value" || nvidiaAnswers(facts);
}

/** The cards that the driver lists, as nvidia-smi tells them or, where it is silent, NVML. */
export function smiGpus(facts: Facts) {
  return known(driverReport(facts))?.gpus ?? [];
}

/** Version of the driver that serves the cards: its own word (Windows's number in WSL2), else the loaded module's. */
export function driverVersion(facts: Facts): string | undefined {
  return known(driverReport(facts))?.driverVersion ?? known(facts.driver.module)?.version ?? undefined;
}

/** What a card is called, best known first. */
export function gpuNames(facts: Facts): string {
  const bySmi = smiGpus(facts).flatMap((g) => g.name ?? []);
  const names = bySmi.length > 0 ? bySmi : nvidiaAdapters(facts).map((a) => a.name ?? a.pciId ?? "NVIDIA GPU");
  const counted = new Map<string, number>();
  for (const name of names) counted.set(name, (counted.get(name) ?? 0) + 1);
  return [...counted].map(([name, count]) => (count > 1 ? `${count} × ${name}` : name)).join(", ");
}

/** Compute capability of each card, "8.9"; the driver's word before the table of PCI ids. */
export function computeCapabilities(facts: Facts): readonly { readonly name: string; readonly cc: string }[] {
  const bySmi = smiGpus(facts).flatMap((g) =>
    g.computeCapability ? [{ name: g.name ?? "GPU", cc: g.computeCapability }] : [],
  );
  if (bySmi.length > 0) return bySmi;
  return nvidiaAdapters(facts).flatMap((a) =>
    a.computeCapability ? [{ name: a.name ?? a.pciId ?? "GPU", cc: a.computeCapability }] : [],
  );
}

/**
 * The Python whose frameworks count: the active one where it has any, else the others that have (then
 * `frameworks.installed` says that the wrong one is active). A Windows Python seen from WSL counts only where it is active.
 */
export function trainingPythons(facts: Facts): readonly PythonFacts[] {
  const pythons = known(facts.pythons) ?? [];
  const equipped = pythons.filter((p) => (known(p.frameworks) ?? []).length > 0 && (p.active || !isForeign(p, facts)));
  const active = equipped.filter((p) => p.active);
  return active.length > 0 ? active : equipped;
}

function isForeign(python: PythonFacts, facts: Facts): boolean {
  const own = known(facts.system.platform);
  const its = known(python.platform);
  return own !== undefined && its !== undefined && own !== its;
}

export interface PlacedFramework {
  readonly framework: Framework;
  readonly python: PythonFacts;
}

export function trainingFrameworks(facts: Facts): readonly PlacedFramework[] {
  return trainingPythons(facts).flatMap((python) =>
    (known(python.frameworks) ?? []).map((framework) => ({ framework, python })),
  );
}

export function activePython(facts: Facts): PythonFacts | undefined {
  const pythons = known(facts.pythons) ?? [];
  return pythons.find((p) => p.active) ?? pythons[0];
}

/** "torch 2.9.0+cu128" */
export function frameworkName({ name, version }: Framework): string {
  return `${name} ${version}`;
}

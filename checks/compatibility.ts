import compat from "./data/cuda-compat.json" with { type: "json" };
import drivers from "./data/drivers.json" with { type: "json" };

/**
 * Which driver serves which CUDA build, which build has kernels for which card. Pure functions over
 * checks/data; what the tables do not know is "unknown", never a conflict.
 */

/** In WSL2 the driver number is that of Windows, so WSL2 counts as windows. */
export type DriverPlatform = "linux" | "windows";

/** Compares dotted numbers such as driver versions (535.54.03 is no semver): below 0 where `a` is older. */
export function compareDotted(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True also where only the beginning of the version is known and agrees: "525" may well be 525.60.13. */
function mayReach(version: string, minimum: string): boolean {
  const parts = version.split(".").length;
  return compareDotted(version, minimum.split(".").slice(0, parts).join(".")) >= 0;
}

function isDotted(version: string | null | undefined): version is string {
  return typeof version === "string" && /^\d{1,5}(\.\d{1,5}){0,3}$/.test(version);
}

const major = (version: string): number => Number(version.split(".")[0]);
const majorMinor = (version: string): string => version.split(".").slice(0, 2).join(".");

export interface DriverForCuda {
  /**
   * works: the driver knows this very CUDA release. works-minor: an older minor of the same major, which runs the build
   * except for features and PTX newer than the driver. too-old: the driver serves only an older CUDA major.
   */
  readonly verdict: "works" | "works-minor" | "too-old" | "unknown";
  /** Oldest driver that would run the build; null where it is not known. */
  readonly needed: string | null;
  /** Highest CUDA version the driver serves, by its own word or else by the table. */
  readonly driverApi: string | null;
  readonly source: string;
}

export interface DriverQuestion {
  /** "535.104.05"; null where it is not known. */
  readonly driver: string | null;
  readonly platform: DriverPlatform;
  /** "12.2" as nvidia-smi or the driver API says; null where they were not asked. It beats the table. */
  readonly driverApi: string | null;
  /** CUDA version of the build, "13.0"; null for a build without CUDA. */
  readonly cudaBuild: string | null;
}

/** Can this driver run a framework that was built for this CUDA version (minor-version compatibility included)? */
export function driverServesCuda(question: DriverQuestion): DriverForCuda {
  const { platform } = question;
  const driver = isDotted(question.driver) ? question.driver : null;
  const driverApi = isDotted(question.driverApi) ? question.driverApi : driver && apiOf(driver, platform);
  const answer = (verdict: DriverForCuda["verdict"], needed: string | null = null): DriverForCuda => {
    return { verdict, needed, driverApi, source: drivers.toolkitMinimum.source };
  };
  if (!isDotted(question.cudaBuild)) return answer("unknown");
  const build = majorMinor(question.cudaBuild);
  const needed = oldestDriverFor(build, platform);
  if (driverApi !== null && compareDotted(driverApi, build) >= 0) return answer("works", needed);
  if (needed === null) return answer("unknown");
  // Before CUDA 11 there was no promise that a driver runs the later minors of its major.
  const sameMajor = driverApi !== null && major(driverApi) === major(build) && major(build) >= 11;
  if (sameMajor) return answer("works-minor", needed);
  if (isDotted(question.driverApi)) return answer("too-old", needed);
  if (driver === null) return answer("unknown", needed);
  if (!mayReach(driver, needed)) return answer("too-old", needed);
  return answer(major(build) >= 11 ? "works-minor" : "works", needed);
}

/** Oldest driver that runs programs built for this CUDA version; null where the table does not know it. */
export function oldestDriverFor(cuda: string, platform: DriverPlatform): string | null {
  const version = majorMinor(cuda);
  // The rows stand from new to old; "12" is the promise for all of CUDA 12, "11.1" that for 11.1 and later.
  const row = drivers.toolkitMinimum.rows.find(
    ({ toolkit }) => major(toolkit) === major(version) && compareDotted(version, toolkit) >= 0,
  );
  return row?.[platform] ?? null;
}

/** Highest CUDA version that the table knows this driver to serve. */
export function apiOf(driver: string, platform: DriverPlatform): string | null {
  if (!isDotted(driver)) return null;
  const rows = drivers.toolkitDrivers.rows;
  // Since CUDA 13.0 no Windows driver is named for a toolkit, but both systems have the same branches.
  const first = (row: (typeof rows)[number]): string => row[platform] ?? String(major(row.linux));
  return rows.find((row) => compareDotted(driver, first(row)) >= 0)?.toolkit ?? null;
}

export interface ArchAnswer {
  /** works-by-ptx: no machine code for the card, but the driver can translate it at the first start, which takes minutes. */
  readonly verdict: "works" | "works-by-ptx" | "too-new" | "too-old" | "unknown";
  /** The entry that serves the card, "sm_86". */
  readonly by: string | null;
  readonly source: string;
}

const archSource = "https://docs.nvidia.com/cuda/cuda-programming-guide/index.html#binary-compatibility";
/** Embedded chips, whose code no other chip runs and which run no other chip's code. Thor was renamed from 10.1 to 11.0. */
const embedded: readonly (readonly number[])[] = [[53], [62], [72], [87], [101, 110]];

interface Arch {
  readonly text: string;
  readonly kind: "sm" | "compute";
  readonly capability: number;
  readonly suffix: "a" | "f" | "";
}

/**
 * Has a build with this architecture list kernels for a card of this compute capability? Machine code runs on cards of
 * the same major with an equal or higher minor; PTX is translated for any newer card.
 * @param computeCapability "8.9"
 * @param archList "sm_86", "sm_90a", "compute_120" …, as torch.cuda.get_arch_list() prints them
 */
export function archListServes(computeCapability: string, archList: readonly string[]): ArchAnswer {
  const answer = (verdict: ArchAnswer["verdict"], by: Arch | null = null): ArchAnswer => {
    return { verdict, by: by?.text ?? null, source: archSource };
  };
  const card = capabilityNumber(computeCapability);
  const archs = archList.map(parseArch).filter((arch) => arch !== null);
  if (card === null || archs.length === 0) return answer("unknown");
  const binary = archs.filter((arch) => arch.kind === "sm" && cubinRuns(arch, card)).at(-1);
  if (binary) return answer("works", binary);
  const ptx = archs.find((arch) => arch.kind === "compute" && ptxRuns(arch, card));
  if (ptx) return answer("works-by-ptx", ptx);
  return answer(archs.some((arch) => arch.capability < card) ? "too-new" : "too-old");
}

function cubinRuns(arch: Arch, card: number): boolean {
  if (arch.suffix === "a") return arch.capability === card;
  const family = embedded.find((chips) => chips.includes(arch.capability) || chips.includes(card));
  if (family) return family.includes(arch.capability) && family.includes(card);
  return Math.floor(arch.capability / 10) === Math.floor(card / 10) && arch.capability <= card;
}

function ptxRuns(arch: Arch, card: number): boolean {
  return arch.suffix === "" ? arch.capability <= card : cubinRuns(arch, card);
}

function parseArch(text: string): Arch | null {
  const [, kind, digits, suffix] = /^(sm|compute)_(\d{2,3})([af]?)$/.exec(text.trim()) ?? [];
  if (digits === undefined || (kind !== "sm" && kind !== "compute")) return null;
  return {
    text: text.trim(),
    kind,
    capability: Number(digits),
    suffix: suffix === "a" || suffix === "f" ? suffix : "",
  };
}

/** "8.9" → 89, "12.0" → 120. */
function capabilityNumber(computeCapability: string): number | null {
  const [, whole, minor] = /^(\d{1,2})\.(\d)$/.exec(computeCapability.trim()) ?? [];
  return whole === undefined || minor === undefined ? null : Number(whole) * 10 + Number(minor);
}

export interface Card {
  /** "6.1" */
  readonly computeCapability?: string | null;
  /** "pascal" */
  readonly architecture?: string | null;
}

export interface BranchAnswer {
  readonly verdict: "works" | "dropped" | "unknown";
  /** Last driver branch that runs the card; null where it is a current one or not known. */
  readonly lastBranch: number | null;
  readonly source: string;
}

/** Does this driver branch still run the card? The 580 branch is the last for Maxwell, Pascal and Volta. */
export function driverBranchServes(driver: string | null, card: Card): BranchAnswer {
  const row = architectureRow(card);
  const lastBranch = row?.lastBranch ?? null;
  const answer = (verdict: BranchAnswer["verdict"]): BranchAnswer => {
    return { verdict, lastBranch, source: drivers.architectures.source };
  };
  if (row === undefined || !isDotted(driver)) return answer("unknown");
  if (lastBranch !== null) return answer(major(driver) > lastBranch + branchSpan ? "dropped" : "works");
  // A branch that is newer than the table may have dropped the card since.
  return answer(major(driver) <= compat.driverBranches.newest + branchSpan ? "works" : "unknown");
}

/** Does this driver know a card as new as this one at all? true also where that cannot be told. */
export function driverKnowsCard(driver: string | null, card: Card): boolean {
  const first = architectureRow(card)?.firstBranch;
  return first === undefined || !isDotted(driver) || major(driver) >= first;
}

/** The Windows numbers of a branch run on: 582.x and 591.x belong to R580 and R590. */
const branchSpan = 9;

function architectureRow(card: Card): (typeof drivers.architectures.rows)[number] | undefined {
  const { rows } = drivers.architectures;
  const { computeCapability, architecture } = card;
  if (computeCapability) return rows.find((row) => row.computeCapabilities.includes(computeCapability));
  return rows.find((row) => row.architecture === architecture?.toLowerCase());
}

/** Which kernel modules a card needs: only the open ones (Blackwell on), only the proprietary ones (before Turing), or either. */
export function flavourFor(architecture: string): "open" | "proprietary" | "either" | "unknown" {
  const modules = architectureRow({ architecture })?.modules ?? [];
  const [open, proprietary] = [modules.includes("open"), modules.includes("proprietary")];
  if (open && proprietary) return "either";
  return open ? "open" : proprietary ? "proprietary" : "unknown";
}

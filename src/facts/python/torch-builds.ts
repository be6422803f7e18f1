import builds from "../../../checks/data/torch-builds.json" with { type: "json" };

/** How far a row may be trusted; an unverified one must never alone make a check fail. */
type Confidence = "verified" | "secondary" | "unverified";

export type WheelPlatform = "linux-x86_64" | "linux-aarch64" | "windows-x86_64";

/** One minor release of PyTorch and what its wheels were built for; source: the release compatibility matrix. */
export interface TorchRelease {
  /** "2.13" */
  readonly torch: string;
  /** "2026-07" */
  readonly released: string;
  /** Minor versions with wheels, oldest first: ["3.10", "3.11"]. */
  readonly pythons: readonly string[];
  readonly experimentalPythons: readonly string[];
  readonly cuda: readonly TorchCudaBuild[];
  /** Tag of the Linux x86_64 wheel that a plain `pip install torch` takes. */
  readonly pypiDefault: string;
  readonly pypiDefaultConfidence: Confidence;
  readonly confidence: Confidence;
  readonly source: string;
  readonly asOf: string;
}

interface TorchCudaBuild {
  /** Name of the wheel index: "cu126". */
  readonly tag: string;
  /** "12.6" */
  readonly version: string;
  /** As far as the matrix tells: "9.10.2", "9.1" or only the major "8". */
  readonly cudnn: string;
  readonly experimental: boolean;
}

/** GPU code inside the wheels of one tag, for the releases `from` … `to` (both included). */
export interface TorchArchitectures {
  readonly tag: string;
  readonly cuda: string;
  readonly torch: { readonly from: string; readonly to: string };
  readonly platforms: readonly WheelPlatform[];
  /** As torch.cuda.get_arch_list() has it: "sm_90" is binary code, "compute_120" is PTX. */
  readonly archList: readonly string[];
  readonly confidence: Confidence;
  readonly source: string;
  readonly asOf: string;
}

/** Whether a plain `pip install torch` gives CUDA on this platform. */
interface PypiTorch {
  readonly platform: WheelPlatform;
  readonly cuda: boolean;
  readonly confidence: Confidence;
  readonly source: string;
  readonly asOf: string;
}

export interface TorchBuilds {
  readonly asOf: string;
  /** Wheels of a tag lie at `<indexUrl><tag>`. */
  readonly indexUrl: string;
  /** Newest first. */
  readonly releases: readonly TorchRelease[];
  readonly architectures: readonly TorchArchitectures[];
  readonly pypi: readonly PypiTorch[];
}

export const torchBuilds = builds as TorchBuilds;

/** "2.13" of "2.13.0a0+git1234"; null where the text does not begin with two numbers. */
export function minorOf(version: string): string | null {
  return /^\s*v?(\d{1,4}\.\d{1,4})(?!\d)/.exec(version)?.[1] ?? null;
}

/** Orders "2.9" before "2.13". */
export function compareMinor(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}

export function wheelPlatform(platform: string, arch: string): WheelPlatform | null {
  if (platform === "win32") return arch === "x64" ? "windows-x86_64" : null;
  if (platform !== "linux") return null;
  return arch === "x64" ? "linux-x86_64" : arch === "arm64" ? "linux-aarch64" : null;
}

/** The row for this torch version ("2.7.1+cu126"), CUDA version ("12.6") and platform, where one is known. */
export function torchArchitectures(
  torch: string,
  cuda: string,
  platform: WheelPlatform,
): TorchArchitectures | undefined {
  const minor = minorOf(torch);
  const toolkit = minorOf(cuda);
  if (minor === null || toolkit === null) return undefined;
  return torchBuilds.architectures.find(
    (row) =>
      row.cuda === toolkit &&
      row.platforms.includes(platform) &&
      compareMinor(row.torch.from, minor) <= 0 &&
      compareMinor(minor, row.torch.to) <= 0,
  );
}

export function torchRelease(torch: string): TorchRelease | undefined {
  const minor = minorOf(torch);
  return torchBuilds.releases.find((release) => release.torch === minor);
}

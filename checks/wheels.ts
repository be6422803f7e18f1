import type { FrameworkName } from "../src/facts/facts.ts";
import {
  archListServes,
  compareDotted,
  type DriverPlatform,
  driverKnowsCard,
  driverServesCuda,
} from "./compatibility.ts";
import compat from "./data/cuda-compat.json" with { type: "json" };
import builds from "./data/torch-builds.json" with { type: "json" };

/** Which build of a framework fits a card, its driver and a Python. */
export interface WheelQuestion {
  readonly framework: FrameworkName;
  /** "8.9"; null where it is not known, and then no build can be named. */
  readonly computeCapability: string | null;
  /** null: not known; a current driver is assumed. */
  readonly driver: string | null;
  /** CUDA version the driver reports, "12.4"; null where it was not asked. */
  readonly driverApi?: string | null;
  /** Whose numbering the driver follows: WSL2 has the Windows driver. */
  readonly platform: DriverPlatform;
  /** "3.12" or "3.12.4"; null: any. */
  readonly python: string | null;
  /** Where the framework runs: WSL2 is linux. */
  readonly os: "linux" | "windows" | "macos";
  /** Node's names: x64, arm64. Default x64. */
  readonly arch?: string | null;
}

export interface Wheel {
  /** What pip is asked for: "torch", "torch==2.11.*", "tensorflow[and-cuda]". */
  readonly requirement: string;
  /** Release series, "2.11"; null: the newest. */
  readonly version: string | null;
  /** "cu130"; null where the framework has one GPU build only. */
  readonly tag: string | null;
  /** Package index to install from; null: PyPI. */
  readonly index: string | null;
  /** CUDA version of the build; null where it is not known. */
  readonly cuda: string | null;
  readonly source: string;
}

/** Why no build can be named. */
export type NoWheel =
  | "no-cuda-on-macos"
  | "no-gpu-on-native-windows"
  | "card-unknown"
  | "card-not-served"
  | "driver-too-old"
  | "python-not-served";

export type WheelAnswer =
  | { readonly wheel: Wheel; readonly reason: null }
  | { readonly wheel: null; readonly reason: NoWheel };

const found = (wheel: Wheel): WheelAnswer => ({ wheel, reason: null });
const none = (reason: NoWheel): WheelAnswer => ({ wheel: null, reason });

export function wheelFor(question: WheelQuestion): WheelAnswer {
  if (question.os === "macos") return none("no-cuda-on-macos");
  if (question.framework === "torch") return torchFor(question);
  if (question.os === "windows") return none("no-gpu-on-native-windows");
  return question.framework === "jax" ? jaxFor(question) : tensorflowFor(question);
}

/** Index of a tag: "cu130" or "cpu". */
export function torchIndex(tag: string): string {
  return `${builds.indexUrl}${tag}`;
}

type Release = (typeof builds.releases)[number];
type Build = Release["cuda"][number];

function torchFor(question: WheelQuestion): WheelAnswer {
  const { computeCapability } = question;
  if (computeCapability === null) return none("card-unknown");
  const all = builds.releases.flatMap((release) => byPreference(release).map((build) => ({ release, build })));
  const forCard = all.filter(({ release, build }) => {
    const archList = torchArchList(release.torch, build.tag, wheelPlatform(question));
    return archList !== null && archListServes(computeCapability, archList).verdict === "works";
  });
  if (forCard.length === 0) return none("card-not-served");
  const forDriver = forCard.filter(({ build }) => driverRuns(question, build.version));
  if (forDriver.length === 0) return none("driver-too-old");
  const pick = forDriver.find(({ release }) => servesPython(release, question.python));
  if (pick === undefined) return none("python-not-served");
  const newest = pick.release.torch === builds.releases[0]?.torch;
  return found({
    requirement: newest ? "torch" : `torch==${pick.release.torch}.*`,
    version: newest ? null : pick.release.torch,
    tag: pick.build.tag,
    index: torchIndex(pick.build.tag),
    cuda: pick.build.version,
    source: pick.release.source,
  });
}

/** The default build first, then stable ones, newer CUDA before older. */
function byPreference(release: Release): Build[] {
  const rank = (build: Build): number => (build.tag === release.pypiDefault ? 0 : build.experimental ? 2 : 1);
  return [...release.cuda].sort((a, b) => rank(a) - rank(b) || compareDotted(b.version, a.version));
}

function wheelPlatform({ os, arch }: WheelQuestion): string {
  return `${os}-${arch === "arm64" || arch === "aarch64" ? "aarch64" : "x86_64"}`;
}

/** Architectures of a published torch build, null where the table has none: ("2.11", "cu128", "linux-x86_64"). */
export function torchArchList(torch: string, tag: string, platform: string): readonly string[] | null {
  const row = builds.architectures.find(
    (entry) =>
      entry.tag === tag &&
      entry.platforms.includes(platform) &&
      compareDotted(series(torch), entry.torch.from) >= 0 &&
      compareDotted(series(torch), entry.torch.to) <= 0,
  );
  return row?.archList ?? null;
}

function driverRuns(question: WheelQuestion, cuda: string): boolean {
  const { computeCapability, driver, driverApi = null, platform } = question;
  if (driver === null && driverApi === null) return true;
  if (!driverKnowsCard(driver, { computeCapability })) return false;
  const { verdict } = driverServesCuda({ driver, platform, driverApi, cudaBuild: cuda });
  return verdict === "works" || verdict === "works-minor";
}

function servesPython(release: Release, python: string | null): boolean {
  return python === null || release.pythons.includes(series(python));
}

function tensorflowFor(question: WheelQuestion): WheelAnswer {
  if (question.arch === "arm64") return none("card-not-served");
  const cuda = compat.tensorflow.rows[0]?.cuda ?? null;
  if (cuda !== null && !driverRuns(question, cuda)) return none("driver-too-old");
  const python = question.python === null ? "works" : pythonServes("tensorflow", null, question.python).verdict;
  if (python === "too-old") return none("python-not-served");
  return found({
    requirement: "tensorflow[and-cuda]",
    version: null,
    tag: null,
    index: null,
    cuda,
    source: "https://www.tensorflow.org/install/pip",
  });
}

function jaxFor(question: WheelQuestion): WheelAnswer {
  const card = question.computeCapability;
  const forCard = compat.jax.rows.filter(({ oldestCard }) => card === null || compareDotted(card, oldestCard) >= 0);
  if (forCard.length === 0) return none("card-not-served");
  const pick = forCard.find(({ cuda }) => driverRuns(question, cuda));
  if (pick === undefined) return none("driver-too-old");
  const { source } = compat.jax;
  return found({ requirement: `jax[${pick.extra}]`, version: null, tag: null, index: null, cuda: pick.cuda, source });
}

export interface PythonAnswer {
  readonly verdict: "works" | "too-new" | "too-old" | "unknown";
  readonly oldest: string | null;
  readonly newest: string | null;
  readonly source: string;
}

/**
 * Are there wheels of this framework for this Python? Without a version: of any release the table knows. A Python that
 * is newer than all the table knows is "unknown" then, for there may be a newer release.
 * @param version of the framework, "2.11.0+cu128"; null: any
 * @param python "3.12.4"
 */
export function pythonServes(framework: FrameworkName, version: string | null, python: string): PythonAnswer {
  const rows = pythonRows(framework).filter((row) => version === null || row.version === series(version));
  const oldest = rows.map((row) => row.oldest).sort(compareDotted)[0] ?? null;
  const newest =
    rows
      .map((row) => row.newest)
      .sort(compareDotted)
      .at(-1) ?? null;
  const source = framework === "torch" ? (builds.releases[0]?.source ?? "") : compat.tensorflow.source;
  const answer = (verdict: PythonAnswer["verdict"]): PythonAnswer => ({ verdict, oldest, newest, source });
  const asked = series(python);
  if (oldest === null || newest === null || !/^\d+\.\d+$/.test(asked)) return answer("unknown");
  if (compareDotted(asked, oldest) < 0) return answer("too-old");
  if (compareDotted(asked, newest) <= 0) return answer("works");
  if (version === null || rows.some((row) => row.maybe.includes(asked))) return answer("unknown");
  return answer("too-new");
}

interface PythonRow {
  readonly version: string;
  readonly oldest: string;
  readonly newest: string;
  readonly maybe: readonly string[];
}

function pythonRows(framework: FrameworkName): readonly PythonRow[] {
  if (framework === "jax") return [];
  if (framework === "tensorflow") return compat.tensorflow.rows.map((row) => ({ ...row, maybe: [] }));
  return builds.releases.flatMap((release) => {
    const [oldest, newest] = [release.pythons[0], release.pythons.at(-1)];
    if (oldest === undefined || newest === undefined) return [];
    return [{ version: release.torch, oldest, newest, maybe: release.experimentalPythons }];
  });
}

/** "2.11.0+cu128" → "2.11", "3.12.4" → "3.12". */
function series(version: string): string {
  return /^(\d{1,4}\.\d{1,4})/.exec(version)?.[1] ?? version;
}

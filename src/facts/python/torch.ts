import type { Host } from "../../host/host.ts";
import { message } from "../../text/message.ts";
import { absent, type Evidence, type Fact, unknown, value } from "../fact.ts";
import type { Framework } from "../facts.ts";
import { cudaOfCondaBuild, type PackageFolder, type Packages } from "./packages.ts";
import { pathsOf } from "./paths.ts";
import { compareMinor, minorOf, torchArchitectures, torchRelease, type WheelPlatform } from "./torch-builds.ts";

const texts = {
  noFolder: message("the folder of the package is missing", "软件包的目录缺失"),
  untold: message("{source} does not tell", "{source} 中没有说明"),
  noCuda: message("the CUDA version of the build is not known", "不知道该构建的 CUDA 版本"),
  unofficial: message(
    "{version} is not a wheel of the PyTorch project, and only importing it would tell",
    "{version} 不是 PyTorch 官方的 wheel，只有导入它才能得知",
  ),
  noWheel: message("there is no such wheel for this platform", "这个平台没有这样的 wheel"),
  noList: message(
    "the GPU code in the wheels of PyTorch {version} is not known",
    "不知道 PyTorch {version} 的 wheel 含有哪些 GPU 代码",
  ),
};

/** What a build of PyTorch was made for. */
export interface TorchBuild {
  /** null: without CUDA. undefined: not told. */
  readonly cuda: string | null | undefined;
  readonly hip: string | null;
}

/**
 * The build that the version's local part names: "2.7.1+cu126" is CUDA 12.6, "2.5.1+rocm6.2" HIP 6.2, "2.13.0+cpu"
 * neither; undefined where it has no such part (conda, NVIDIA's containers, own builds).
 */
export function buildOfVersion(
  version: string,
): { readonly cuda: string | null; readonly hip: string | null } | undefined {
  const local = /\+(cpu|xpu|cu(\d{2,3})|rocm(\d{1,3}(?:\.\d{1,3}){0,2}))(?![\w])/.exec(version);
  if (local === null) return undefined;
  const [, , cuda, hip] = local;
  return { cuda: cuda === undefined ? null : `${cuda.slice(0, -1)}.${cuda.slice(-1)}`, hip: hip ?? null };
}

/** Reads torch/version.py; fields it does not have are undefined. */
export function parseTorchVersion(text: string): TorchBuild & { readonly version: string | undefined } {
  const cuda = assigned(text, "cuda");
  return { version: assigned(text, "__version__") ?? undefined, cuda, hip: assigned(text, "hip") ?? null };
}

/** The string or None that a module assigns to a name, with or without annotation; undefined: it does not. */
function assigned(text: string, name: string): string | null | undefined {
  const line = text.split("\n").find((one) => one.startsWith(name) && /^\s*[:=]/.test(one.slice(name.length)));
  const right = line?.slice(line.indexOf("=") + 1).trim();
  if (right === undefined) return undefined;
  if (right.startsWith("None")) return null;
  return /^['"]([^'"]{0,200})['"]/.exec(right)?.[1];
}

/**
 * The table PYTORCH_RELEASES_CODE_CC of torch/cuda/__init__.py: compute capabilities of the wheels of this release, by
 * CUDA version and CPU architecture, e.g. {"13.0": {"x86_64": [75, 80]}}. Empty where the text has no such table.
 */
export function parseReleaseArchitectures(text: string): Record<string, Record<string, number[]>> {
  const start = text.search(/^PYTORCH_RELEASES_CODE_CC\b/m);
  if (start < 0) return {};
  const end = text.indexOf("\n}", start);
  const table = text.slice(text.indexOf("=", start), end < 0 ? start + 10_000 : end);
  const result: Record<string, Record<string, number[]>> = {};
  let cuda: Record<string, number[]> = {};
  for (const [, key = "", list] of table.matchAll(/"([\w.]{1,20})":\s{0,20}\{([\d,\s]{0,500}\})?/g)) {
    if (list === undefined) {
      cuda = {};
      result[key] = cuda;
    } else cuda[key] = (list.match(/\d+/g) ?? []).map(Number);
  }
  return result;
}

/** PyTorch in one folder of packages, or undefined where there is none that could be imported or named. */
export async function torchIn(
  host: Host,
  folder: PackageFolder,
  packages: Packages,
  platform: WheelPlatform | null,
): Promise<Framework | undefined> {
  const { join } = pathsOf(host);
  const installed = folder.distributions.get("torch");
  const location = folder.names.has("torch") ? join(folder.path, "torch") : null;
  const source = join(folder.path, "torch", "version.py");
  const file = location === null ? undefined : await host.readFile(source, { maxBytes: 65_536 });
  const told = file?.ok ? parseTorchVersion(file.value) : undefined;
  const conda = packages.conda.get("pytorch") ?? packages.conda.get("libtorch");
  const version = told?.version ?? installed;
  if (version === undefined) return undefined;
  const local = buildOfVersion(version);
  const fromConda = conda === undefined ? undefined : cudaOfCondaBuild(conda.build);
  const cuda = told?.cuda !== undefined ? told.cuda : local !== undefined ? local.cuda : fromConda;
  const why = location === null ? texts.noFolder() : texts.untold({ source });
  const evidence: Evidence = { source, excerpt: `version=${version}, cuda=${cuda ?? "None"}` };
  const build = { cuda, hip: told?.hip ?? local?.hip ?? null };
  return {
    name: "torch",
    distribution: conda !== undefined && installed === undefined ? conda.name : "torch",
    version,
    cudaBuild: cuda === undefined ? unknown(why) : value(cuda, evidence),
    hipBuild: build.hip,
    archList:
      location === null ? unknown(why) : await archList(host, location, version, build.cuda, platform, conda?.build),
    cudnn: cudnnOf(version, cuda),
    location,
  };
}

function cudnnOf(version: string, cuda: string | null | undefined): string | null {
  return torchRelease(version)?.cuda.find((build) => build.version === cuda)?.cudnn ?? null;
}

/** Only the project's own builds are known; a distribution or a vendor chooses its own architectures. */
async function archList(
  host: Host,
  location: string,
  version: string,
  cuda: string | null | undefined,
  platform: WheelPlatform | null,
  condaBuild: string | undefined,
): Promise<Fact<readonly string[]>> {
  if (cuda === null) return value([]);
  if (cuda === undefined) return unknown(texts.noCuda());
  const official = buildOfVersion(version)?.cuda === cuda || /_cuda\d+\.\d+_cudnn/.test(condaBuild ?? "");
  if (!official) return unknown(texts.unofficial({ version }));
  if (platform === null) return unknown(texts.noWheel());
  const row = torchArchitectures(version, cuda, platform);
  const written = await architecturesInside(host, location, version, cuda, platform);
  if (written.state === "value") {
    const ptx = row?.archList.filter((arch) => arch.startsWith("compute_")) ?? [];
    return { ...written, value: [...written.value, ...ptx] };
  }
  // A wrong list would condemn a card that works, so a row that is only hearsay does not count.
  if (row !== undefined && row.confidence !== "unverified") {
    return value(row.archList, { source: row.source, excerpt: `${row.tag}: ${row.archList.join(" ")}` });
  }
  return unknown(texts.noList({ version }));
}

/** The table in the wheel was out of step with the wheels before 2.13, https://github.com/pytorch/pytorch/issues/182250 */
const tableIsRightFrom = "2.13";

async function architecturesInside(
  host: Host,
  location: string,
  version: string,
  cuda: string,
  platform: WheelPlatform,
): Promise<Fact<readonly string[]>> {
  const minor = minorOf(version);
  if (minor === null || compareMinor(minor, tableIsRightFrom) < 0) return absent();
  const source = pathsOf(host).join(location, "cuda", "__init__.py");
  const file = await host.readFile(source);
  if (!file.ok) return absent();
  const codes = parseReleaseArchitectures(file.value)[cuda]?.[platform === "linux-aarch64" ? "aarch64" : "x86_64"];
  if (codes === undefined || codes.length === 0) return absent();
  const evidence = { source, excerpt: `PYTORCH_RELEASES_CODE_CC "${cuda}": ${codes.join(", ")}` };
  return value(
    codes.map((code) => `sm_${code}`),
    evidence,
  );
}

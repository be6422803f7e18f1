import type { Host } from "../../host/host.ts";
import { message } from "../../text/message.ts";
import { unknown, value } from "../fact.ts";
import type { Framework } from "../facts.ts";
import { cudaOfCondaBuild, type PackageFolder, type Packages } from "./packages.ts";
import { pathsOf } from "./paths.ts";

const texts = {
  noFolder: message("the folder of the package is missing", "软件包的目录缺失"),
  untold: message("{source} does not tell", "{source} 中没有说明"),
};

/** Distributions that install the package `tensorflow`; the first one present names the framework. */
const distributions = [
  "tensorflow",
  "tensorflow-cpu",
  "tensorflow-intel",
  "tensorflow-gpu",
  "tensorflow-rocm",
  "tensorflow-macos",
  "tensorflow-cpu-aws",
  "tf-nightly",
  "tf-nightly-cpu",
  "tf-nightly-intel",
  "tf-nightly-gpu",
  "tensorflow-base",
];

export interface TensorflowBuild {
  /** null: built without CUDA. undefined: not told. */
  readonly cuda: string | null | undefined;
  readonly cudnn: string | null;
  readonly rocm: boolean;
  /** cuda_compute_capabilities of the build: ["sm_60", "compute_90"]; undefined: not told. */
  readonly archList: readonly string[] | undefined;
}

/** Reads tensorflow/python/platform/build_info.py: pairs of an OrderedDict, or (until 2.2) plain assignments. */
export function parseBuildInfo(text: string): TensorflowBuild {
  const flag = (name: string) => new RegExp(`\\b${name}['"]?\\s{0,4}[,=]\\s{0,4}(True|False)`).exec(text)?.[1];
  const word = (name: string) =>
    new RegExp(`\\b${name}['"]?\\s{0,4}[,=]\\s{0,4}['"]([\\w.]{1,40})['"]`).exec(text)?.[1];
  const list = /\bcuda_compute_capabilities['"]?\s{0,4}[,=]\s{0,4}\[([^\]]{0,2000})\]/.exec(text)?.[1];
  const cuda = word("cuda_version") ?? word("cuda_version_number");
  const isCuda = flag("is_cuda_build");
  return {
    cuda: isCuda === "False" ? null : isCuda === "True" ? cuda : undefined,
    cudnn: word("cudnn_version") ?? word("cudnn_version_number") ?? null,
    rocm: flag("is_rocm_build") === "True",
    archList: list === undefined ? undefined : (list.match(/(?:sm|compute)_\d{2,3}[af]?/g) ?? []),
  };
}

export async function tensorflowIn(
  host: Host,
  folder: PackageFolder,
  packages: Packages,
): Promise<Framework | undefined> {
  const { join } = pathsOf(host);
  const distribution = distributions.find((name) => folder.distributions.has(name));
  const version = distribution === undefined ? undefined : folder.distributions.get(distribution);
  if (distribution === undefined || version === undefined) return undefined;
  const location = folder.names.has("tensorflow") ? join(folder.path, "tensorflow") : null;
  const source = join(folder.path, "tensorflow", "python", "platform", "build_info.py");
  const file = location === null ? undefined : await host.readFile(source);
  const told = file?.ok ? parseBuildInfo(file.value) : undefined;
  const conda = packages.conda.get("tensorflow-base") ?? packages.conda.get("tensorflow");
  const cuda = told?.cuda !== undefined ? told.cuda : conda === undefined ? undefined : cudaOfCondaBuild(conda.build);
  const why = location === null ? texts.noFolder() : texts.untold({ source });
  return {
    name: "tensorflow",
    distribution,
    version,
    cudaBuild:
      cuda === undefined ? unknown(why) : value(cuda, { source, excerpt: `is_cuda_build, cuda_version: ${cuda}` }),
    // The build names no HIP version, only that it is one for ROCm.
    hipBuild: told?.rocm ? (buildTail(version) ?? "unknown") : null,
    archList: cuda === null ? value([]) : told?.archList === undefined ? unknown(why) : value(told.archList),
    cudnn: cuda ? (told?.cudnn ?? null) : null,
    location,
  };
}

/** "6.0.0" of tensorflow-rocm's "2.14.0.600", whose last part is the ROCm version. */
function buildTail(version: string): string | undefined {
  const digits = /^\d+\.\d+\.\d+\.(\d)(\d)(\d)/.exec(version);
  return digits === null ? undefined : digits.slice(1, 4).join(".");
}

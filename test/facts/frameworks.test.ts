import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import builds from "../../checks/data/torch-builds.json" with { type: "json" };
import { known } from "../../src/facts/fact.ts";
import type { Framework } from "../../src/facts/facts.ts";
import { frameworksIn, holdsFramework } from "../../src/facts/frameworks.ts";
import {
  cudaOfCondaBuild,
  nvidiaWheels,
  parseCondaMeta,
  parseDistInfo,
  readPackages,
} from "../../src/facts/python/packages.ts";
import { parseBuildInfo } from "../../src/facts/python/tensorflow.ts";
import { buildOfVersion, parseReleaseArchitectures, parseTorchVersion } from "../../src/facts/python/torch.ts";
import {
  compareMinor,
  minorOf,
  torchArchitectures,
  torchBuilds,
  torchRelease,
  type WheelPlatform,
} from "../../src/facts/python/torch-builds.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

const site = "/env/lib/python3.11/site-packages";

async function lookAt(
  files: Description["files"],
  platform: WheelPlatform | null = "linux-x86_64",
  folders: Description["folders"] = {},
) {
  const host = composed({ files, folders: { [site]: [], ...folders } });
  const packages = await readPackages(host, [site], "/env");
  return { packages, fact: await frameworksIn(host, packages, platform) };
}

async function only(files: Description["files"], platform?: WheelPlatform | null): Promise<Framework | undefined> {
  const { fact } = await lookAt(files, platform);
  return known(fact)?.[0];
}

/** "12.6", "cpu", or "? why". */
function build(framework: Framework | undefined): string | undefined {
  if (framework?.cudaBuild.state === "unknown") return `? ${framework.cudaBuild.reason.en}`;
  return framework && (known(framework.cudaBuild) ?? "cpu");
}

const archs = (framework: Framework | undefined) => framework && known(framework.archList)?.join(" ");

function torch(version: string, cuda: string | null, hip: string | null = null): Description["files"] {
  const word = (of: string | null) => (of === null ? "None" : `'${of}'`);
  return {
    [`${site}/torch/version.py`]: `from typing import Optional\n\n__all__ = ['__version__', 'debug', 'cuda']\n__version__ = '${version}'\ndebug = False\ncuda: Optional[str] = ${word(cuda)}\ngit_version = 'cf3'\nhip: Optional[str] = ${word(hip)}\n`,
    [`${site}/torch-${version}.dist-info/METADATA`]: "",
  };
}

const table213 = `PYTORCH_RELEASES_CODE_CC: dict[str, dict[str, set[int]]] = {
    "12.6": {
        "x86_64": {50, 60, 70, 75, 80, 86, 90},
        "aarch64": {80, 90},
    },
    "13.0": {
        "x86_64": {75, 80, 86, 90, 100, 120},
        "aarch64": {80, 90, 100, 110, 120},
    },
}

def _host_arch_key() -> str:
    return {"x86_64": {1}}
`;

describe("PyTorch", () => {
  test.each<[string, Description["files"], string, string | undefined]>([
    ["CPU wheel", torch("2.13.0+cpu", null), "cpu", ""],
    ["PyPI's wheel", torch("2.7.1+cu126", "12.6"), "12.6", "sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90"],
    [
      "cu128 before Volta came back",
      torch("2.7.1+cu128", "12.8"),
      "12.8",
      "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120 compute_120",
    ],
    ["cu128 with Volta", torch("2.10.0+cu128", "12.8"), "12.8", "sm_70 sm_75 sm_80 sm_86 sm_90 sm_100 sm_120"],
    ["cu128 after Volta", torch("2.11.0+cu128", "12.8"), "12.8", "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120"],
    [
      "the wheel's own table, with PTX of the release",
      { ...torch("2.13.0+cu130", "13.0"), [`${site}/torch/cuda/__init__.py`]: table213 },
      "13.0",
      "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120 compute_120",
    ],
    [
      "a nightly nobody knows, with its own table",
      { ...torch("2.17.0.dev20270101+cu130", "13.0"), [`${site}/torch/cuda/__init__.py`]: table213 },
      "13.0",
      "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120",
    ],
    ["a row that nobody has verified", torch("1.13.1+cu117", "11.7"), "11.7", undefined],
    ["a release nobody knows", torch("9.1.0+cu190", "19.0"), "19.0", undefined],
    ["NVIDIA's container", torch("2.6.0a0+ecf3bae40a.nv25.01", "12.8"), "12.8", undefined],
    ["a build of one's own", torch("2.7.0", "12.6"), "12.6", undefined],
    [
      "conda's pytorch channel",
      { ...torch("2.3.0", "12.1"), "/env/conda-meta/pytorch-2.3.0-py3.11_cuda12.1_cudnn8.9.2_0.json": "{}" },
      "12.1",
      "sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90",
    ],
    [
      "conda-forge chooses its own",
      { ...torch("2.7.1", "12.6"), "/env/conda-meta/pytorch-2.7.1-cuda126_generic_py311_h123_0.json": "{}" },
      "12.6",
      undefined,
    ],
    ["ROCm", torch("2.5.1+rocm6.2", null, "6.2.41133"), "cpu", ""],
    [
      "without dist-info",
      { [`${site}/torch/version.py`]: "__version__ = '1.7.1'\ncuda = '10.2'\n" },
      "10.2",
      undefined,
    ],
    ["dist-info without folder", { [`${site}/torch-2.7.1+cu126.dist-info/METADATA`]: "" }, "12.6", undefined],
    [
      "version.py that cannot be read",
      { [`${site}/torch/version.py`]: { trouble: "denied" }, [`${site}/torch-2.7.1.dist-info/METADATA`]: "" },
      `? ${site}/torch/version.py does not tell`,
      undefined,
    ],
    [
      "garbage in version.py",
      { [`${site}/torch/version.py`]: "\u0000\u0001=\n=\ncuda", [`${site}/torch-2.7.1+cpu.dist-info/METADATA`]: "" },
      "cpu",
      "",
    ],
  ])("%s", async (_, files, expectedBuild, expectedArchs) => {
    const framework = await only(files);
    expect(framework?.name).toBe("torch");
    expect(build(framework)).toBe(expectedBuild);
    expect(archs(framework)).toBe(expectedArchs);
  });

  test.each<[string, Description["files"]]>([
    ["nothing", {}],
    ["what an uninstall left behind", { [`${site}/torch/lib/libtorch.so`]: "" }],
    [
      "a half-deleted folder of pip",
      { [`${site}/~orch/version.py`]: "__version__ = '2.0'\n", [`${site}/~orch-2.0.dist-info/METADATA`]: "" },
    ],
    ["a folder of the user's that is called torch", { [`${site}/torch/README`]: "" }],
    [
      "torchvision alone",
      {
        [`${site}/torchvision/version.py`]: "__version__ = '0.1'\n",
        [`${site}/torchvision-0.1.dist-info/METADATA`]: "",
      },
    ],
  ])("none: %s", async (_, files) => {
    expect((await lookAt(files)).fact).toEqual({ state: "value", value: [] });
  });

  test("aarch64 and Windows have lists of their own", async () => {
    const files = { ...torch("2.13.0+cu130", "13.0"), [`${site}/torch/cuda/__init__.py`]: table213 };
    expect(archs(await only(files, "linux-aarch64"))).toBe("sm_80 sm_90 sm_100 sm_110 sm_120");
    expect(archs(await only(files, "windows-x86_64"))).toBe("sm_75 sm_80 sm_86 sm_90 sm_100 sm_120");
    expect((await only(files, null))?.archList.state).toBe("unknown");
  });

  test("cuDNN is the wheel beside it, else what the release was built with", async () => {
    const wheel = { [`${site}/nvidia_cudnn_cu12-9.5.1.17.dist-info/METADATA`]: "" };
    expect((await only({ ...torch("2.7.1+cu126", "12.6"), ...wheel }))?.cudnn).toBe("9.5.1.17");
    expect((await only(torch("2.7.1+cu126", "12.6")))?.cudnn).toBe("9.5");
    expect((await only(torch("2.7.1+cpu", null)))?.cudnn).toBe(null);
  });

  test("a folder that may not be listed leaves it unknown", async () => {
    const { fact } = await lookAt({}, null, { [site]: { trouble: "denied" } });
    expect(fact).toMatchObject({ state: "unknown", reason: { en: expect.stringContaining(site) } });
  });
});

const cpuInfo = `import collections\nbuild_info = collections.OrderedDict([('is_cuda_build', False), ('is_rocm_build', False), ('is_tensorrt_build', False)])\n`;
const gpuInfo = `build_info = collections.OrderedDict([('cpu_compiler', '/usr/lib/llvm-17/bin/clang'), ('cuda_compute_capabilities', ['sm_60', 'sm_70', 'sm_80', 'sm_89', 'compute_90']), ('cuda_version', '12.5.1'), ('cudnn_version', '9'), ('is_cuda_build', True), ('is_rocm_build', False), ('is_tensorrt_build', True)])\n`;

function tensorflow(distribution: string, info: string | null): Description["files"] {
  const installed = { [`${site}/${distribution}.dist-info/METADATA`]: "" };
  return info === null ? installed : { ...installed, [`${site}/tensorflow/python/platform/build_info.py`]: info };
}

describe("TensorFlow", () => {
  test.each<[string, Description["files"], string, string, string | undefined]>([
    [
      "GPU build",
      tensorflow("tensorflow-2.18.0", gpuInfo),
      "tensorflow",
      "12.5.1",
      "sm_60 sm_70 sm_80 sm_89 compute_90",
    ],
    ["CPU build", tensorflow("tensorflow_cpu-2.18.0", cpuInfo), "tensorflow-cpu", "cpu", ""],
    [
      "Windows",
      { ...tensorflow("tensorflow_intel-2.15.0", cpuInfo), [`${site}/tensorflow-2.15.0.dist-info/METADATA`]: "" },
      "tensorflow",
      "cpu",
      "",
    ],
    [
      "nightly",
      tensorflow("tf_nightly-2.22.0.dev20260101", gpuInfo),
      "tf-nightly",
      "12.5.1",
      "sm_60 sm_70 sm_80 sm_89 compute_90",
    ],
    [
      "2.1, with assignments",
      tensorflow(
        "tensorflow-2.1.0",
        "is_cuda_build = True\ncuda_version_number = '10.1'\ncudnn_version_number = '7'\n",
      ),
      "tensorflow",
      "10.1",
      undefined,
    ],
    [
      "without its folder",
      tensorflow("tensorflow-2.18.0", null),
      "tensorflow",
      "? the folder of the package is missing",
      undefined,
    ],
    [
      "garbage",
      tensorflow("tensorflow-2.18.0", "\u0000('is_cuda_build'"),
      "tensorflow",
      `? ${site}/tensorflow/python/platform/build_info.py does not tell`,
      undefined,
    ],
  ])("%s", async (_, files, distribution, expectedBuild, expectedArchs) => {
    const framework = await only(files);
    expect(framework).toMatchObject({ name: "tensorflow", distribution });
    expect(build(framework)).toBe(expectedBuild);
    expect(archs(framework)).toBe(expectedArchs);
  });

  test("cuDNN of the build", () => expect(parseBuildInfo(gpuInfo).cudnn).toBe("9"));
});

describe("JAX", () => {
  const jax = (...distributions: string[]): Description["files"] =>
    Object.fromEntries(
      [`${site}/jax/version.py`, ...distributions.map((name) => `${site}/${name}.dist-info/METADATA`)].map((path) => [
        path,
        "",
      ]),
    );
  test.each<[string, Description["files"], string]>([
    ["CPU", jax("jax-0.4.30", "jaxlib-0.4.30"), "cpu"],
    [
      "CUDA 12 by its plugin",
      jax("jax-0.7.0", "jaxlib-0.7.0", "jax_cuda12_plugin-0.7.0", "jax_cuda12_pjrt-0.7.0"),
      "12",
    ],
    ["CUDA 13 by its plugin", jax("jax-0.12.0", "jaxlib-0.12.0", "jax_cuda13_plugin-0.12.0"), "13"],
    ["the old wheels", jax("jax-0.4.20", "jaxlib-0.4.20+cuda12.cudnn89"), "12"],
    ["without jaxlib", jax("jax-0.4.30"), "? jaxlib is not installed"],
    [
      "conda-forge",
      { ...jax("jax-0.4.31", "jaxlib-0.4.31"), "/env/conda-meta/jaxlib-0.4.31-cuda120py311h4008644_200.json": "" },
      "12.0",
    ],
  ])("%s", async (_, files, expected) => {
    const framework = await only(files);
    expect(framework?.name).toBe("jax");
    expect(build(framework)).toBe(expected);
  });
});

describe("names of distributions", () => {
  test.each([
    ["nvidia_cudnn_cu12-9.1.0.70.dist-info", { name: "nvidia-cudnn-cu12", version: "9.1.0.70" }],
    ["torch-2.13.0+cpu.dist-info", { name: "torch", version: "2.13.0+cpu" }],
    ["PyYAML-5.3.1-py3.8.egg-info", { name: "pyyaml", version: "5.3.1" }],
    ["~orch-2.0.dist-info", undefined],
    ["torch.dist-info", undefined],
    ["-.dist-info", undefined],
    ["torch", undefined],
  ])("%s", (folder, expected) => expect(parseDistInfo(folder)).toEqual(expected));

  test("conda's", () => {
    expect(parseCondaMeta("pytorch-cuda-12.1-ha16c6d3_5.json")).toEqual({
      name: "pytorch-cuda",
      version: "12.1",
      build: "ha16c6d3_5",
    });
    expect(parseCondaMeta("history")).toBeUndefined();
    expect(parseCondaMeta("x.json")).toBeUndefined();
  });

  test.each([
    ["py3.11_cuda12.1_cudnn8.9.2_0", "12.1"],
    ["cuda126_generic_py312h_0", "12.6"],
    ["cuda_126_generic_py312h_0", "12.6"],
    ["cuda112py39h_0", "11.2"],
    ["cuda12_py311_0", "12"],
    ["cpu_generic_py310_0", null],
    ["py3.11_cpu_0", null],
    ["cpu_py311h_0", null],
    ["cpu", null],
    ["h123_0", undefined],
  ])("build %s is %s", (build, expected) => expect(cudaOfCondaBuild(build)).toBe(expected));

  test("NVIDIA's wheels, sorted", async () => {
    const names = ["nvidia_nccl_cu12-2.26.2.dist-info", "nvidia_cublas_cu12-12.6.4.1.dist-info", "numpy-2.0.dist-info"];
    const { packages } = await lookAt(Object.fromEntries(names.map((name) => [`${site}/${name}/METADATA`, ""])));
    expect(nvidiaWheels(packages)).toEqual({ "nvidia-cublas-cu12": "12.6.4.1", "nvidia-nccl-cu12": "2.26.2" });
    expect(holdsFramework(packages.folders)).toBe(false);
  });

  test.each([
    ["2.7.1+cu126", { cuda: "12.6", hip: null }],
    ["1.4.0+cu92", { cuda: "9.2", hip: null }],
    ["2.14.1+cu130", { cuda: "13.0", hip: null }],
    ["2.5.1+rocm6.2.4", { cuda: null, hip: "6.2.4" }],
    ["2.13.0+cpu", { cuda: null, hip: null }],
    ["2.8.0+xpu", { cuda: null, hip: null }],
    ["2.6.0a0+cu126abc", undefined],
    ["2.7.1", undefined],
    ["2.1.0a0+git1234", undefined],
  ])("the build of %s", (version, expected) => expect(buildOfVersion(version)).toEqual(expected));
});

test("whatever the files hold, the readers answer", () => {
  const pieces = fc.constantFrom(
    "cuda",
    " = ",
    ":",
    "'",
    '"',
    "12.6",
    "None",
    "\n",
    "PYTORCH_RELEASES_CODE_CC",
    "{",
    "}",
    "is_cuda_build",
    "True",
    ",",
    "[",
    "]",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      parseTorchVersion(text);
      parseReleaseArchitectures(text);
      parseBuildInfo(text);
      parseDistInfo(`${text}.dist-info`);
      parseCondaMeta(`${text}.json`);
      cudaOfCondaBuild(text);
      buildOfVersion(text);
    }),
  );
});

describe("the matrix of releases", () => {
  const confidence = z.enum(["verified", "secondary", "unverified"]);
  const origin = { confidence, source: z.string().regex(/^https:\/\//), asOf: z.iso.date() };
  const minor = z.string().regex(/^\d+\.\d+$/);
  const tag = z.string().regex(/^cu\d{3}$/);
  const platform = z.enum(["linux-x86_64", "linux-aarch64", "windows-x86_64"]);
  const schema = z.strictObject({
    asOf: z.iso.date(),
    indexUrl: z.url(),
    releases: z.array(
      z.strictObject({
        torch: minor,
        released: z.string().regex(/^\d{4}-\d{2}$/),
        pythons: z.array(minor).min(1),
        experimentalPythons: z.array(minor),
        cuda: z.array(z.strictObject({ tag, version: minor, cudnn: z.string(), experimental: z.boolean() })).min(1),
        pypiDefault: tag,
        pypiDefaultConfidence: confidence,
        ...origin,
      }),
    ),
    architectures: z.array(
      z.strictObject({
        tag,
        cuda: minor,
        torch: z.strictObject({ from: minor, to: minor }),
        platforms: z.array(platform).min(1),
        archList: z.array(z.string().regex(/^(?:sm|compute)_\d{2,3}$/)).min(1),
        ...origin,
      }),
    ),
    pypi: z.array(z.strictObject({ platform, cuda: z.boolean(), ...origin })),
  });

  test("keeps its shape", () => void schema.parse(builds));

  test("is newest first, and its defaults are among its builds", () => {
    const minors = torchBuilds.releases.map(({ torch }) => torch);
    expect([...minors].sort((a, b) => compareMinor(b, a))).toEqual(minors);
    for (const release of torchBuilds.releases) {
      expect(release.cuda.map(({ tag }) => tag)).toContain(release.pypiDefault);
    }
    for (const { tag, version } of torchBuilds.releases.flatMap(({ cuda }) => cuda))
      expect(tag).toBe(`cu${version.replace(".", "")}`);
  });

  test("knows the GPU code of every CUDA wheel for Linux once", () => {
    for (const { torch, cuda } of torchBuilds.releases) {
      for (const { version } of cuda) {
        const rows = torchBuilds.architectures.filter(
          (row) =>
            row.cuda === version &&
            row.platforms.includes("linux-x86_64") &&
            compareMinor(row.torch.from, torch) <= 0 &&
            compareMinor(torch, row.torch.to) <= 0,
        );
        expect(rows, `torch ${torch}, CUDA ${version}`).toHaveLength(1);
      }
    }
  });

  test("finds by full versions", () => {
    expect(torchRelease("2.8.0+cu128")?.pypiDefault).toBe("cu128");
    expect(torchArchitectures("2.8.0+cu128", "12.8", "linux-x86_64")?.archList).toContain("sm_70");
    expect(torchArchitectures("2.8.0", "12.8", "linux-aarch64")).toBeUndefined();
    expect(minorOf("2.13.0a0+git1234")).toBe("2.13");
    expect(minorOf("unknown")).toBeNull();
  });
});

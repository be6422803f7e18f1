import { describe, expect, it } from "vitest";
import { cudaProbe } from "../../src/facts/cuda.ts";
import type { CudaFacts } from "../../src/facts/facts.ts";
import {
  versionOfFolder,
  versionOfJson,
  versionOfNvcc,
  versionOfText,
  wrappedNvcc,
} from "../../src/facts/parse/toolkit.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

const look = (description: Description): Promise<CudaFacts> => cudaProbe.look(composed(description), {}, {});

const nvcc = [
  "nvcc: NVIDIA (R) Cuda compiler driver",
  "Copyright (c) 2005-2025 NVIDIA Corporation",
  "Cuda compilation tools, release 11.8, V11.8.89",
  "Build cuda_11.8.r11.8/compiler.31833905_0",
];
const versionJson = '{"cuda": {"name": "CUDA SDK", "version": "12.4.1"}, "nvidia_driver": {"version": "550.54.15"}}';

describe("CUDA toolkits", () => {
  it.each<[string, Description, object]>([
    [
      "a toolkit with a link, once, by its version file",
      {
        files: { "/usr/local/cuda-12.4/bin/nvcc": "", "/usr/local/cuda-12.4/version.json": versionJson },
        realPaths: { "/usr/local/cuda": "/usr/local/cuda-12.4" },
      },
      [{ version: "12.4", path: "/usr/local/cuda-12.4", onPath: false }],
    ],
    [
      "a toolkit that only its folder's name dates",
      { files: { "/usr/local/cuda-13.0/bin/nvcc": "" }, realPaths: { "/usr/local/cuda": "/usr/local/cuda-13.0" } },
      [{ version: "13.0", path: "/usr/local/cuda-13.0", onPath: false }],
    ],
    [
      "the one that PATH knows",
      {
        env: { PATH: "/usr/local/cuda/bin:/usr/bin" },
        files: { "/usr/local/cuda-12.4/bin/nvcc": "", "/usr/local/cuda-11.8/bin/nvcc": "" },
        realPaths: { "/usr/local/cuda": "/usr/local/cuda-11.8" },
      },
      [
        { version: "11.8", path: "/usr/local/cuda-11.8", onPath: true },
        { version: "12.4", path: "/usr/local/cuda-12.4", onPath: false },
      ],
    ],
    [
      "the one behind a wrapper script on PATH",
      {
        files: {
          "/usr/local/cuda-13.0/bin/nvcc": "",
          "/usr/local/bin/nvcc": '#!/bin/sh\nexec /usr/local/cuda-13.0/bin/nvcc "$@"\n',
        },
      },
      [{ version: "13.0", path: "/usr/local/cuda-13.0", onPath: true }],
    ],
    [
      "Debian's own, by asking the compiler",
      {
        files: {
          "/usr/lib/nvidia-cuda-toolkit/bin/nvcc": "",
          "/usr/bin/nvcc": '#!/bin/sh\nexec /usr/lib/nvidia-cuda-toolkit/bin/nvcc "$@"\n',
        },
        commands: { "/usr/lib/nvidia-cuda-toolkit/bin/nvcc --version": nvcc },
      },
      [{ version: "11.8", path: "/usr/lib/nvidia-cuda-toolkit", onPath: true }],
    ],
    [
      "a compiler that lies in /usr/bin itself",
      { files: { "/usr/bin/nvcc": "\x7fELF" }, commands: { "/usr/bin/nvcc --version": nvcc } },
      [{ version: "11.8", path: "/usr", onPath: true }],
    ],
    [
      "one named by CUDA_HOME, with an old version file",
      { env: { CUDA_HOME: "/data/cuda" }, files: { "/data/cuda/version.txt": "CUDA Version 10.2.89\n" } },
      [{ version: "10.2", path: "/data/cuda", onPath: false }],
    ],
    [
      "conda's",
      {
        env: { CONDA_PREFIX: "/opt/conda/envs/ml", PATH: "/opt/conda/envs/ml/bin:/usr/bin" },
        files: { "/opt/conda/envs/ml/bin/nvcc": "\x7fELF" },
        commands: { "/opt/conda/envs/ml/bin/nvcc --version": nvcc },
      },
      [{ version: "11.8", path: "/opt/conda/envs/ml", onPath: true }],
    ],
    [
      "those of Windows",
      {
        identity: { platform: "win32" },
        env: { CUDA_PATH: "C:\\Program Files\\NVIDIA GPU Computing Toolkit\\CUDA\\v12.4" },
        files: {
          "C:\\Program Files\\NVIDIA GPU Computing Toolkit\\CUDA\\v12.4\\bin\\nvcc.exe": "",
          "C:\\Program Files\\NVIDIA GPU Computing Toolkit\\CUDA\\v11.8\\bin\\nvcc.exe": "",
        },
      },
      [
        { version: "11.8", path: "C:\\Program Files\\NVIDIA GPU Computing Toolkit\\CUDA\\v11.8", onPath: false },
        { version: "12.4", path: "C:\\Program Files\\NVIDIA GPU Computing Toolkit\\CUDA\\v12.4", onPath: false },
      ],
    ],
  ])("finds %s", async (_name, description, expected) => {
    const { toolkits } = await look(description);
    expect(toolkits).toMatchObject({ state: "value", value: expected });
    if (toolkits.state === "value") expect(toolkits.value).toHaveLength(Object.keys(expected).length);
  });

  it.each<[string, Description]>([
    ["nothing", {}],
    ["the runtime libraries of a container image", { folders: { "/usr/local/cuda-12.4/lib64": ["libcudart.so.12"] } }],
    ["CUDA_HOME leading nowhere", { env: { CUDA_HOME: "/usr/local/cuda-9.9" } }],
    ["a compiler that does not answer", { files: { "/usr/bin/nvcc": "\x7fELF" } }],
  ])("calls %s no toolkit", async (_name, description) => {
    expect((await look(description)).toolkits.state).toBe("absent");
  });
});

describe("CUDA_VISIBLE_DEVICES", () => {
  it.each([
    [{}, { state: "absent" }],
    [{ CUDA_VISIBLE_DEVICES: "" }, { state: "value", value: "" }],
    [{ CUDA_VISIBLE_DEVICES: "-1" }, { state: "value", value: "-1" }],
    [{ CUDA_VISIBLE_DEVICES: "0,1" }, { state: "value", value: "0,1" }],
  ])("of %j is %j", async (env, expected) => {
    expect((await look({ env })).visibleDevices).toMatchObject(expected);
  });
});

describe("toolkit texts", () => {
  it("reads versions, and nothing out of nonsense", () => {
    expect(versionOfJson(versionJson)).toBe("12.4");
    for (const text of ["", "null", "[]", '{"cuda": 1}', '{"cuda": {"version": {}}}', "{"])
      expect(versionOfJson(text)).toBeNull();
    expect(versionOfText("CUDA Version 10.2.89\n")).toBe("10.2");
    expect(versionOfText("")).toBeNull();
    expect(versionOfFolder("C:\\x\\CUDA\\v12.4")).toBe("12.4");
    expect(versionOfFolder("/usr/local/cuda")).toBeNull();
    expect(versionOfNvcc(nvcc.join("\n"))).toBe("11.8");
    expect(versionOfNvcc("release ".repeat(500_000))).toBeNull();
    expect(wrappedNvcc('#!/bin/sh\nexec "/opt/cuda/bin/nvcc" "$@"')).toBe("/opt/cuda/bin/nvcc");
    expect(wrappedNvcc("\x7fELF /usr/bin/nvcc ")).toBeNull();
    expect(wrappedNvcc(`#!/bin/sh\n${"/a".repeat(500_000)}`)).toBeNull();
  });
});

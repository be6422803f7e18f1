import { describe, expect, it } from "vitest";
import { frameworkCauses } from "../../checks/causes/frameworks.ts";
import { value } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { unknown } from "../support/unknown.ts";
import { facts, framework, python } from "./build.ts";

type Id = keyof typeof frameworkCauses;

const venv = "/home/ann/train/.venv/bin/python";
const pytorch = "https://download.pytorch.org/whl";
const torchAt = (version: string, cuda: string | null, path = venv) =>
  python(path, { frameworks: [framework("torch", version, cuda)] });

const linux = { platform: "linux", os: "ubuntu" } as const;
const windows = { platform: "win32", os: "windows" } as const;

function commands(id: Id, of: Facts): readonly string[] {
  return frameworkCauses[id].remedies(of).flatMap((remedy) => remedy.commands);
}

describe("the exact command for card, driver, Python and system", () => {
  const table: readonly [string, Id, Facts, string][] = [
    [
      "RTX 50 with a cu126 wheel, driver 580",
      "gpu-arch-too-new-for-wheel",
      facts({ ...linux, cards: ["12.0"], driver: "580.95.05", pythons: [torchAt("2.9.0+cu126", "12.6")] }),
      `${venv} -m pip install --force-reinstall torch --index-url ${pytorch}/cu130`,
    ],
    [
      "RTX 50 with a cu126 wheel, driver 570",
      "gpu-arch-too-new-for-wheel",
      facts({ ...linux, cards: ["12.0"], driver: "570.124.06", pythons: [torchAt("2.9.0+cu126", "12.6")] }),
      `${venv} -m pip install --force-reinstall "torch==2.11.*" --index-url ${pytorch}/cu128`,
    ],
    [
      "the newest of two cards is the one that lacks kernels",
      "gpu-arch-too-new-for-wheel",
      facts({ ...linux, cards: ["8.6", "12.0"], driver: "580.95.05", pythons: [torchAt("2.9.0+cu126", "12.6")] }),
      `${venv} -m pip install --force-reinstall torch --index-url ${pytorch}/cu130`,
    ],
    [
      "GTX 10 with a cu130 wheel",
      "gpu-arch-too-old-for-wheel",
      facts({ ...linux, cards: ["6.1"], driver: "580.95.05", pythons: [torchAt("2.14.1+cu130", "13.0")] }),
      `${venv} -m pip install --force-reinstall torch --index-url ${pytorch}/cu126`,
    ],
    [
      "driver 535 with a cu130 wheel",
      "driver-too-old-for-framework-cuda",
      facts({
        ...linux,
        cards: ["8.9"],
        driver: "535.104.05",
        driverApi: "12.2",
        pythons: [torchAt("2.14.1+cu130", "13.0")],
      }),
      `${venv} -m pip install --force-reinstall torch --index-url ${pytorch}/cu126`,
    ],
    [
      "WSL2 with the Windows driver 572",
      "driver-too-old-for-framework-cuda",
      facts({ ...linux, wsl2: true, cards: ["8.9"], driver: "572.60", pythons: [torchAt("2.14.1+cu130", "13.0")] }),
      `${venv} -m pip install --force-reinstall torch --index-url ${pytorch}/cu126`,
    ],
    [
      "PyPI's CPU wheel on Windows, path with a space",
      "cpu-only-wheel",
      facts({
        ...windows,
        cards: ["8.9"],
        driver: "591.86",
        pythons: [torchAt("2.14.1+cpu", null, "C:\\Users\\Ann Lee\\venv\\Scripts\\python.exe")],
      }),
      `& 'C:\\Users\\Ann Lee\\venv\\Scripts\\python.exe' -m pip install --force-reinstall torch --index-url ${pytorch}/cu130`,
    ],
    [
      "a path with a quote on Linux",
      "cpu-only-wheel",
      facts({
        ...linux,
        cards: ["8.9"],
        driver: "580.95.05",
        pythons: [torchAt("2.14.1+cpu", null, "/home/o'neil/v/bin/python")],
      }),
      `'/home/o'\\''neil/v/bin/python' -m pip install --force-reinstall torch --index-url ${pytorch}/cu130`,
    ],
    [
      "an environment of uv",
      "cpu-only-wheel",
      facts({
        ...linux,
        cards: ["8.9"],
        driver: "580.95.05",
        pythons: [python(venv, { environment: "uv", frameworks: [framework("torch", "2.14.1+cpu", null)] })],
      }),
      `uv pip install --python ${venv} --reinstall torch --index-url ${pytorch}/cu130`,
    ],
    [
      "a conda environment takes pip",
      "cpu-only-wheel",
      facts({
        ...linux,
        cards: ["8.9"],
        driver: "580.95.05",
        pythons: [
          python("/opt/conda/bin/python", { environment: "conda", frameworks: [framework("torch", "2.5.1", null)] }),
        ],
      }),
      `/opt/conda/bin/python -m pip install --force-reinstall torch --index-url ${pytorch}/cu130`,
    ],
    [
      "tensorflow-cpu on Linux",
      "cpu-only-wheel",
      facts({
        ...linux,
        cards: ["8.9"],
        driver: "580.95.05",
        pythons: [
          python(venv, { frameworks: [framework("tensorflow", "2.20.0", null, { distribution: "tensorflow-cpu" })] }),
        ],
      }),
      `${venv} -m pip uninstall -y tensorflow-cpu\n${venv} -m pip install --upgrade "tensorflow[and-cuda]"`,
    ],
    [
      "nothing installed, no NVIDIA card",
      "framework-not-installed",
      facts({ ...linux, cards: [], pythons: [python(venv)] }),
      `${venv} -m pip install torch --index-url ${pytorch}/cpu`,
    ],
    [
      "nothing installed, RTX 40",
      "framework-not-installed",
      facts({ ...linux, cards: ["8.9"], driver: "580.95.05", pythons: [python(venv)] }),
      `${venv} -m pip install torch --index-url ${pytorch}/cu130`,
    ],
    [
      "nothing installed on macOS",
      "framework-not-installed",
      facts({ platform: "darwin", cards: [], pythons: [python("/opt/homebrew/bin/python3")] }),
      "/opt/homebrew/bin/python3 -m pip install torch",
    ],
    [
      "the distribution's own Python gets an environment",
      "framework-not-installed",
      facts({ ...linux, cards: [], pythons: [python("/usr/bin/python3", { environment: "system" })] }),
      [
        "sudo apt-get install -y python3-venv",
        "/usr/bin/python3 -m venv ~/.venvs/training",
        `~/.venvs/training/bin/python -m pip install torch --index-url ${pytorch}/cpu`,
      ].join("\n"),
    ],
    [
      "but not inside a container",
      "framework-not-installed",
      facts({
        ...linux,
        container: "docker",
        cards: [],
        pythons: [python("/usr/bin/python3", { environment: "system" })],
      }),
      `/usr/bin/python3 -m pip install torch --index-url ${pytorch}/cpu`,
    ],
    [
      "a Python without wheels",
      "python-version-unsupported",
      facts({ ...linux, cards: ["8.9"], driver: "580.95.05", pythons: [python(venv, { version: "3.16.0" })] }),
      `uv venv --python 3.12 .venv\nuv pip install --python .venv torch --index-url ${pytorch}/cu130`,
    ],
    [
      "the framework lies in another Python",
      "wrong-python-environment",
      facts({ ...linux, pythons: [python("/usr/bin/python3"), { ...torchAt("2.14.1+cu130", "13.0"), active: false }] }),
      `${venv} train.py`,
    ],
    [
      "a cuDNN of the wrong major",
      "cudnn-version-mismatch",
      facts({
        ...linux,
        cards: ["8.9"],
        driver: "580.95.05",
        pythons: [python(venv, { frameworks: [framework("torch", "2.14.1+cu130", "13.0", { cudnn: "9.24.0" })] })],
      }),
      `${venv} -m pip install --force-reinstall "nvidia-cudnn-cu13==9.*"`,
    ],
    [
      "wheels of another CUDA major",
      "cuda-libs-mixed-versions",
      facts({
        ...linux,
        cards: ["8.9"],
        driver: "580.95.05",
        pythons: [
          python(venv, {
            frameworks: [framework("torch", "2.14.1+cu130", "13.0")],
            wheels: { "nvidia-cublas-cu12": "12.6.4", "nvidia-cudnn-cu13": "9.24.0", "nvidia-ml-py": "13.580" },
          }),
        ],
      }),
      `${venv} -m pip uninstall -y nvidia-cublas-cu12`,
    ],
    ["stubs", "cuda-stub-library-loaded", facts(linux), "ldconfig -p | grep libcuda.so"],
    ["a hidden card on Linux", "cuda-visible-devices-hides-gpu", facts(linux), "unset CUDA_VISIBLE_DEVICES"],
    [
      "a hidden card on Windows",
      "cuda-visible-devices-hides-gpu",
      facts(windows),
      "Remove-Item Env:CUDA_VISIBLE_DEVICES",
    ],
    [
      "set too late on Linux",
      "cuda-visible-devices-set-too-late",
      facts(linux),
      "CUDA_VISIBLE_DEVICES=0 python train.py",
    ],
    ["TensorFlow on Windows", "tf-native-windows-no-gpu", facts(windows), "wsl --install -d Ubuntu"],
    ["Node 24", "node-version-unsupported", facts(linux), "nvm install 22\nnvm use 22"],
    ["no binding", "tfjs-binding-missing", facts(linux), "npm rebuild @tensorflow/tfjs-node"],
  ];
  it.each(table)("%s", (_, id, of, wanted) => {
    expect(`\n${commands(id, of).join("\n")}\n`).toContain(`\n${wanted}\n`);
  });

  it("asks a driver of at least 580 for CUDA 13, after the build that needs no root", () => {
    const of = facts({ ...linux, cards: ["8.9"], driver: "535.104.05", pythons: [torchAt("2.14.1+cu130", "13.0")] });
    const [first, ...others] = frameworkCauses["driver-too-old-for-framework-cuda"].remedies(of);
    expect(first?.needs).toEqual(["network"]);
    expect(others.flatMap(({ commands }) => commands).join("\n")).toMatch(/nvidia-driver-580-open/);
  });

  it("in WSL2 asks for the Windows driver", () => {
    const of = facts({
      ...linux,
      wsl2: true,
      cards: ["12.0"],
      driver: "560.94",
      pythons: [torchAt("2.14.1+cu130", "13.0")],
    });
    const wheres = frameworkCauses["driver-too-old-for-framework-cuda"].remedies(of).map(({ where }) => where);
    expect(wheres).toEqual(["windows"]);
  });

  it("offers one build for each group of cards where the card is not known", () => {
    const fix = frameworkCauses["cpu-only-wheel"].remedies(facts({}));
    expect(fix.map(({ commands }) => commands.at(-1))).toEqual([
      `python -m pip install --force-reinstall torch --index-url ${pytorch}/cu130`,
      `python -m pip install --force-reinstall torch --index-url ${pytorch}/cu126`,
    ]);
    expect(fix.map(({ title }) => title.en).join()).toMatch(/RTX 50.*RTX 20.*driver 580.*GTX 9 and 10.*driver 525/);
  });

  it.each([
    ["gpu-arch-too-new-for-wheel", [`torch --index-url ${pytorch}/cu130`]],
    ["gpu-arch-too-old-for-wheel", [`torch --index-url ${pytorch}/cu126`]],
    // the driver is not known, but it is known to be below 580
    [
      "driver-too-old-for-framework-cuda",
      [`"torch==2.11.*" --index-url ${pytorch}/cu128`, `torch --index-url ${pytorch}/cu126`],
    ],
  ] as const)("%s with nothing else known", (id, wanted) => {
    const pip = commands(id, facts({})).filter((command) => command.includes("pip install"));
    expect(pip).toEqual(wanted.map((what) => `python -m pip install --force-reinstall ${what}`));
  });

  it("leaves the CPU build alone where there is no NVIDIA card or no CUDA", () => {
    for (const of of [facts({ ...linux, cards: [] }), facts({ platform: "darwin" })]) {
      expect(frameworkCauses["cpu-only-wheel"].remedies(of)).toEqual([]);
    }
  });

  it("gives tfjs-node-gpu the libraries of CUDA 11 and cuDNN 8", () => {
    const of = withTfjs(facts(linux), "/srv/app/node_modules/@tensorflow/tfjs-node-gpu");
    for (const id of ["cuda-runtime-missing", "cudnn-missing"] as const) {
      expect(commands(id, of).join("\n"), id).toMatch(/nvidia-cublas-cu11 .*"nvidia-cudnn-cu11<9"/);
    }
  });

  it("copies tensorflow.dll beside the binding that is there", () => {
    const of = withTfjs(facts(windows), "C:\\app\\node_modules\\@tensorflow\\tfjs-node-gpu");
    expect(commands("tfjs-binding-dll-missing", of)[0]).toBe(
      "Copy-Item 'C:\\app\\node_modules\\@tensorflow\\tfjs-node-gpu\\deps\\lib\\tensorflow.dll' 'C:\\app\\node_modules\\@tensorflow\\tfjs-node-gpu\\lib\\napi-v8'",
    );
  });
});

function withTfjs(of: Facts, path: string): Facts {
  const slash = path.includes("\\") ? "\\" : "/";
  const binding = value(["", "lib", "napi-v8", "tfjs_binding.node"].join(slash).replace(/^/, path));
  const tfjs = value([
    { name: "@tensorflow/tfjs-node-gpu" as const, version: "4.22.0", path, binding, library: unknown("not looked") },
  ]);
  return { ...of, node: value({ version: "20.20.2", napi: "9", tfjs }) };
}

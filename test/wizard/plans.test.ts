import { describe, expect, test } from "vitest";
import { checks } from "../../checks/index.ts";
import type { Wishes } from "../../src/setup/plan.ts";
import type { Surroundings } from "../../src/setup/surroundings.ts";
import { machineNames } from "../support/machine.ts";
import { outline, planFrom } from "./support.ts";

type Case = readonly [name: string, wishes: Partial<Wishes>, around: Partial<Surroundings>, wanted: readonly string[]];

const python = "/home/user/venv/bin/python";
const purge550 = "sudo apt-get purge -y libnvidia-compute-550 nvidia-dkms-550 nvidia-driver-550 nvidia-utils-550";
const driver580 = "sudo apt-get install -y linux-headers-6.8.0-48-generic nvidia-driver-580-open";
const own = "'/home/user/my project/.venv'";
const inside = "'/home/user/my project/.venv/bin/python'";

/** What is done before the proof. */
const cases: readonly Case[] = [
  ["bare-metal-4090", {}, {}, []],
  ["driver-not-installed", {}, {}, [`driver-not-installed/1: sudo apt-get update && ${driver580}`]],
  [
    "cpu-wheel",
    {},
    {},
    [
      `cpu-only-wheel/1: ${python} -m pip install --force-reinstall torch --index-url https://download.pytorch.org/whl/cu126`,
    ],
  ],
  ["framework-elsewhere", {}, {}, ["wrong-python-environment/1: by hand: /home/user/miniconda3/bin/python train.py"]],
  ["driver-library-mismatch", {}, {}, ["driver-library-version-mismatch/1: by hand: sudo reboot"]],
  ["nouveau", {}, {}, ["nouveau-conflict/1: edit /etc/modprobe.d/blacklist-nouveau.conf && sudo update-initramfs -u"]],
  ["cuda-visible-devices-empty", {}, {}, ["cuda-visible-devices-hides-gpu/1: by hand: unset CUDA_VISIBLE_DEVICES"]],
  [
    "wsl2-linux-driver",
    {},
    {},
    [
      `wsl-linux-driver-installed/1: ${purge550} && sudo ldconfig`,
      "wsl-linux-driver-installed/2: by hand: wsl --shutdown",
    ],
  ],
  ["wsl2-no-dxg", {}, {}, ["wsl-dev-dxg-missing/1: by hand: wsl --update && wsl --shutdown"]],
  [
    "wsl2-gpu-off",
    {},
    {},
    ["wsl-gpu-disabled-in-config/1: edit /etc/wsl.conf", "wsl-gpu-disabled-in-config/2: by hand: wsl --shutdown"],
  ],
  [
    "wslconfig-in-utf16",
    {},
    {},
    [
      "wslconfig-ignored/1: edit /mnt/c/Users/user/.wslconfig",
      "wslconfig-ignored/2: by hand",
      "wslconfig-ignored/3: by hand: wsl --shutdown",
    ],
  ],
  ["wsl1", {}, {}, ["wsl1-no-gpu/1: by hand: wsl --set-version Ubuntu 2"]],
  ["docker-no-gpus", {}, {}, ["container-missing-gpu-flag/1: by hand: docker run --rm --gpus all ubuntu nvidia-smi"]],
  ["vmware-workstation", {}, {}, ["vm-no-gpu/notice?: by hand"]],
  [
    "vmware-workstation",
    { env: "venv" },
    { venv: true },
    [
      "vm-no-gpu/notice?: by hand",
      `environment: ${python} -m venv ${own}`,
      `framework: ${inside} -m pip install torch --index-url https://download.pytorch.org/whl/cpu`,
      `extras?: ${inside} -m pip install numpy matplotlib`,
    ],
  ],
  [
    "virtualbox",
    { env: "venv" },
    { venv: true, pipIndex: "https://mirror.corp/simple" },
    [
      "vm-no-gpu/notice?: by hand",
      `environment: ${python} -m venv ${own}`,
      `framework: ${inside} -m pip install torch --extra-index-url https://download.pytorch.org/whl/cpu`,
      `extras?: ${inside} -m pip install numpy matplotlib`,
    ],
  ],
  [
    "bare-metal-4090",
    { env: "uv" },
    { uv: "uv" },
    [
      `environment: uv venv --python 3.12 ${own}`,
      `framework: uv pip install --python ${inside} torch --index-url https://download.pytorch.org/whl/cu126`,
      `extras?: uv pip install --python ${inside} numpy matplotlib`,
    ],
  ],
  [
    "bare-metal-4090",
    { env: "uv" },
    { venv: true },
    [
      `uv: ${python} -m venv '/home/user/my project/.uv' && '/home/user/my project/.uv/bin/python' -m pip install uv`,
      `environment: '/home/user/my project/.uv/bin/uv' venv --python ${python} ${own}`,
      `framework: '/home/user/my project/.uv/bin/uv' pip install --python ${inside} torch --index-url https://download.pytorch.org/whl/cu126`,
      `extras?: '/home/user/my project/.uv/bin/uv' pip install --python ${inside} numpy matplotlib`,
    ],
  ],
  [
    "bare-metal-4090",
    { env: "venv", framework: "tensorflow" },
    { venv: false },
    [
      "python: sudo apt-get install -y python3-venv",
      `environment: ${python} -m venv ${own}`,
      `framework: ${inside} -m pip install "tensorflow[and-cuda]"`,
      `extras?: ${inside} -m pip install numpy matplotlib`,
    ],
  ],
  [
    "bare-metal-4090",
    { env: "venv", framework: "tfjs", target: "cpu" },
    { venv: true },
    [
      `environment: ${python} -m venv ${own}`,
      `framework: ${inside} -m pip install tensorflow-cpu`,
      `extras?: ${inside} -m pip install numpy matplotlib`,
      "tfjs: npm install --prefix '/home/user/my project' --ignore-scripts @tensorflow/tfjs-node-gpu",
      `tfjs-link: node /opt/envdoctor/scripts/tfjs/link.mjs --package '/home/user/my project/node_modules/@tensorflow/tfjs-node-gpu' --tensorflow ${inside}`,
    ],
  ],
  [
    "windows-healthy",
    { way: "wsl2" },
    {},
    [
      "wsl2/virtualization?: by hand",
      "wsl2/install: wsl --install -d Ubuntu",
      "wsl2/update: wsl --update && wsl --shutdown",
      "wsl2/convert?: by hand: wsl --set-version DISTRO 2",
      "wsl2/driver: by hand",
      "wsl2/config?: edit C:\\Users\\user\\.wslconfig",
      "wsl2/inside: by hand: wsl -d Ubuntu -- npx envdoctor setup",
    ],
  ],
];

describe("what is done on a machine before the proof", () => {
  test.each(cases)("%s %j %j", async (name, wishes, around, wanted) => {
    const { plan } = await planFrom(name, wishes, around);
    const lines = outline(plan);
    const proof = lines.findIndex((line) => line.startsWith("train"));
    expect(lines.slice(0, proof < 0 ? lines.length : proof)).toEqual(wanted);
  });
});

test("native Windows ends with what to write in the script", async () => {
  const { plan } = await planFrom("windows-healthy");
  expect(outline(plan).slice(-2)).toEqual([
    "windows-spawn-slow-epochs/1?: by hand: loader = DataLoader(dataset, num_workers=2, persistent_workers=True)",
    "windows-pagefile-too-small/1?: by hand",
  ]);
});

describe.each([
  {},
  { target: "cpu", env: "conda" },
  { target: "gpu", env: "venv" },
  { way: "wsl2", env: "uv" },
] as const)("every plan with %j", (wishes) => {
  test.each(machineNames())("%s", async (name) => {
    const { plan, facts } = await planFrom(name, wishes);
    const ids = plan.steps.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { title, why, verify, undo, needs, actions } of plan.steps) {
      for (const said of [title, why, ...(undo.kind === "none" ? [undo.why] : [])]) {
        expect(`${said.en} ${said.zh}`).not.toMatch(/\{\w+\}|\bundefined\b|\bnull\b/);
        expect(said.en.trim() !== "" && said.zh.trim() !== "").toBe(true);
      }
      const judges = verify.kind === "checks" ? verify.ids : [];
      expect(judges.filter((id) => !checks.some((check) => check.id === id))).toEqual([]);
      const lines = actions.flatMap((action) => (action.kind === "run" ? action.lines : []));
      if (lines.some((line) => /\bsudo\b/.test(line))) expect(needs).toContain("sudo");
      expect(lines.filter((line) => /\breboot\b|--shutdown.*&&/.test(line))).toEqual([]);
    }
    const here = plan.steps.flatMap(({ actions }) =>
      actions.flatMap((action) => (action.kind === "run" ? action.lines : [])),
    );
    const driver = /install .*(nvidia-driver|cuda-drivers|nvidia-open|kmod-nvidia)/;
    if (facts.wsl.state === "value") expect(here.filter((line) => driver.test(line))).toEqual([]);
    if (plan.target.target === "cpu") expect(here.filter((line) => driver.test(line))).toEqual([]);
  });
});

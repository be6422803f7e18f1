import { describe, expect, it } from "vitest";
import { explainText } from "../../src/paste/explain.ts";
import { machinePicture } from "../../src/report/machine.ts";

type Picture = ReturnType<typeof machinePicture>;
type Part<T> = { readonly [Key in keyof T]?: T[Key] extends object | null ? Part<T[Key]> | null : T[Key] };

/** What a text tells about the machine it comes from. */
const texts: readonly (readonly [name: string, text: string, told: Part<Picture>])[] = [
  [
    "uname of WSL2",
    "Linux pc 5.15.153.1-microsoft-standard-WSL2 #1 SMP Fri Mar 29 23:14:13 UTC 2024 x86_64 x86_64 x86_64 GNU/Linux",
    { machine: { platform: "linux", kernel: "5.15.153.1-microsoft-standard-WSL2", arch: "x64", wsl: { version: 2 } } },
  ],
  [
    "/proc/version of WSL1",
    "Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com) (gcc version 5.4.0 (GCC) )",
    { machine: { kernel: "4.4.0-19041-Microsoft", wsl: { version: 1 } } },
  ],
  [
    "wsl -l -v in German",
    "PS C:\\> wsl -l -v\n  NAME      STATUS           VERSION\n* Debian    Wird ausgeführt  2",
    { machine: { wsl: { version: 2, distro: "Debian" } } },
  ],
  [
    "wsl --version in Spanish",
    "Versión de WSL: 2.0.9.0\nWSL versión: 2.0.9.0\nVersión de kernel: 5.15.133.1-1\nVersión de Windows: 10.0.22631.2861\nWSL2",
    { machine: { wsl: { version: 2, package: "2.0.9.0" } } },
  ],
  [
    "collect_env",
    "PyTorch version: 2.6.0+cu124\nCUDA used to build PyTorch: 12.4\nROCM used to build PyTorch: N/A\n\nOS: Ubuntu 22.04.5 LTS (x86_64)\nGCC version: (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0\nPython version: 3.10.12 (main) (64-bit runtime)\nPython platform: Linux-6.8.0-52-generic-x86_64-with-glibc2.35\nGPU models and configuration: GPU 0: NVIDIA GeForce RTX 4090\nNvidia driver version: 550.120",
    {
      machine: { platform: "linux", os: "Ubuntu 22.04.5 LTS", arch: "x64", wsl: null },
      cuda: { driverVersion: "550.120" },
    },
  ],
  [
    "nvcc",
    "nvcc: NVIDIA (R) Cuda compiler driver\nCuda compilation tools, release 12.1, V12.1.66",
    { cuda: { driverVersion: null } },
  ],
  ["macOS", "macOS 14.5\nApple M3", { machine: { platform: "darwin", os: "macOS 14.5" } }],
  [
    "Windows",
    "Microsoft Windows [Version 10.0.22631.3737]",
    { machine: { platform: "win32", kernel: "10.0.22631.3737" } },
  ],
  ["a kernel built by Debian's compiler", "gcc version 12.2.0 (Debian 12.2.0-14)", { machine: { os: "Debian" } }],
  ["a kernel of Fedora", "uname -r: 6.17.10-300.fc43.x86_64", { machine: { os: "Fedora Linux 43" } }],
  [
    "a package of Ubuntu",
    "ii  nvidia-driver-535  535.183.01-0ubuntu0.22.04.1  amd64",
    { machine: { os: "Ubuntu 22.04" } },
  ],
  [
    "a kernel of Ubuntu",
    "Module nvidia not found in directory /lib/modules/6.5.0-41-generic",
    { machine: { os: "Ubuntu" } },
  ],
  ["VMware", "00:0f.0 VGA compatible controller: VMware SVGA II Adapter", { machine: { hypervisor: "vmware" } }],
  ["a container's prompt", "root@9c1d22ab34ef:/workspace# ls /usr", { machine: { container: "docker" } }],
  ["limits", "nproc: 6\nram gb: 32\nnofile: 1024", { limits: { cpus: 6, memoryMiB: 32_768, openFiles: 1024 } }],
  ["a limit of WSL is not the memory", "[wsl2]\nmemory=48GB", { limits: { memoryMiB: null } }],
  ["nothing", "hello", { machine: { platform: null, os: null, wsl: null, hypervisor: null, container: null } }],
];

const told = (text: string): Picture => machinePicture(explainText(text).facts);

describe("facts that a text tells", () => {
  it.each(texts)("%s", (_, text, expected) => {
    expect(told(text)).toMatchObject(expected);
  });

  it("reads cards from lspci with their drivers", () => {
    const lines = [
      "00:02.0 VGA compatible controller [0300]: Intel Corporation AlderLake-S GT1 [8086:4680] (rev 0c)",
      "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090] [10de:2204] (rev a1)",
      "\tKernel driver in use: nouveau",
    ];
    const { facts } = explainText(lines.join("\n"));
    expect(facts.bus.adapters).toMatchObject({
      state: "value",
      value: [
        { vendor: "intel", pciId: "8086:4680" },
        {
          vendor: "nvidia",
          pciId: "10de:2204",
          computeCapability: "8.6",
          driver: { state: "value", value: "nouveau" },
        },
      ],
    });
  });

  it("reads frameworks and their builds", () => {
    expect(told("torch 2.3.1+cu121, Python 3.11.4").pythons).toMatchObject([
      { version: "3.11.4", frameworks: [{ name: "torch", version: "2.3.1+cu121", cudaBuild: "12.1" }] },
    ]);
    expect(told("PyTorch version: 2.3.1+cpu").pythons).toMatchObject([{ frameworks: [{ cudaBuild: null }] }]);
  });

  it("reads the modes of device nodes", () => {
    const { facts } = explainText("crw-rw---- 1 root video 195,   0 Feb 15 19:37 /dev/nvidia0");
    expect(facts.driver.nodes).toMatchObject({
      state: "value",
      value: [{ path: "/dev/nvidia0", mode: 0o660, owner: "root", group: "video", accessible: null }],
    });
  });

  it("takes the memory off a card's name and knows it without its brand", () => {
    expect(told("gpu: RTX 4090 24GB\ncuda").gpus).toMatchObject([{ name: "RTX 4090", computeCapability: "8.9" }]);
  });
});

describe("facts of this machine beside those of the text", () => {
  it("completes what the text does not tell, and lets the text count where both know", () => {
    const here = explainText("Linux pc 6.1.0-28-amd64 #1 SMP x86_64 GNU/Linux\nnvidia driver: 550.120").facts;
    const { facts } = explainText("kernel: 5.15.0-131-generic\nTorch not compiled with CUDA enabled", { facts: here });
    expect(facts.system.kernel).toMatchObject({ value: "5.15.0-131-generic" });
    expect(facts.driver.smi).toMatchObject({ value: { driverVersion: "550.120" } });
  });
});

import containerCheck from "../../checks/machine/container.ts";
import os from "../../checks/machine/os.ts";
import virtualization from "../../checks/machine/virtualization.ts";
import wslConfig from "../../checks/machine/wsl-config.ts";
import wslKernel from "../../checks/machine/wsl-kernel.ts";
import wslVersion from "../../checks/machine/wsl-version.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { WslConfig } from "../../src/facts/facts.ts";
import { unknownFacts } from "../../src/facts/unknown.ts";
import { checkTester, flip } from "../support/check-tester.ts";
import { container, hypervisor, mac, metal, node, smi, wsl2, wslFacts } from "../support/facts.ts";
import { unknown } from "../support/unknown.ts";

checkTester(os, { pass: { Debian: metal, macOS: mac }, unknown: { "nobody looked": unknownFacts() } });

checkTester(virtualization, {
  pass: {
    "bare metal": metal,
    "VMware guest": flip(metal, { hypervisor: value(hypervisor("vmware", { product: "VMware20,1" })) }),
    WSL2: wsl2,
    "unnamed hypervisor": flip(metal, { hypervisor: value(hypervisor("other")) }),
  },
  unknown: { "not told": flip(metal, { hypervisor: unknown("denied") }) },
});

checkTester(containerCheck, {
  pass: {
    none: metal,
    docker: flip(metal, { containers: value([container("docker")]) }),
    "a stray file": flip(metal, { containers: value([container("docker", 0.3)]) }),
  },
  unknown: { "not told": flip(metal, { containers: unknown("denied") }) },
});

checkTester(wslVersion, {
  pass: { WSL2: wsl2 },
  fail: {
    WSL1: [
      flip(wsl2, {
        system: { kernel: value("4.4.0-19041-Microsoft", { source: "uname -r", excerpt: "4.4.0-19041-Microsoft" }) },
        wsl: value(wslFacts({ version: 1 })),
      }),
      "wsl1-no-gpu",
    ],
  },
  skipped: { "bare metal": metal },
});

const kernel = (release: string, over = {}) => flip(wsl2, { system: { kernel: value(release) }, ...over });

checkTester(wslKernel, {
  pass: {
    "Microsoft's": wsl2,
    "the oldest with a GPU, without suffix": kernel("4.19.128-microsoft-standard"),
    "built by hand, with the GPU": kernel("6.6.36.3+", { wsl: value(wslFacts({ customKernel: value(true) })) }),
    "a container, where the node is missing for other reasons": kernel("6.6.36.3+", {
      wsl: value(wslFacts({ customKernel: value(true) })),
      driver: { dxg: absent() },
      containers: value([container("docker")]),
    }),
  },
  fail: {
    "too old": [kernel("4.19.104-microsoft-standard"), "wsl-kernel-too-old"],
    "built by hand, without the GPU": [
      kernel("6.6.36.3+", { wsl: value(wslFacts({ customKernel: value(true) })), driver: { dxg: absent() } }),
      "wsl-custom-kernel",
    ],
  },
  skipped: { "bare metal": metal, WSL1: flip(wsl2, { wsl: value(wslFacts({ version: 1 })) }) },
  unknown: { "a name without number": kernel("custom") },
});

const config = (over: Partial<WslConfig>): WslConfig => ({
  path: "/mnt/c/Users/user/.wslconfig",
  encoding: "utf-8",
  ignoredKeys: [],
  gpuSupport: null,
  kernel: null,
  memoryMiB: null,
  processors: null,
  swapMiB: null,
  ...over,
});
const off = { gpuEnabled: false, appendLibPath: null, automount: null };
const configured = (over: Parameters<typeof wslFacts>[0], driver = {}) =>
  flip(wsl2, { wsl: value(wslFacts(over)), driver });

checkTester(wslConfig, {
  pass: { "no files": wsl2, "memory is set": configured({ config: value(config({ memoryMiB: 8192 })) }) },
  warn: {
    "keys in a wrong section": [
      configured({
        config: value(config({ ignoredKeys: ["memory"] }), { source: ".wslconfig", excerpt: "memory=8GB" }),
      }),
      "wslconfig-ignored",
    ],
    "UTF-16": [
      configured({ config: value(config({ encoding: "utf-16" }), { source: ".wslconfig", excerpt: "UTF-16" }) }),
      "wslconfig-ignored",
    ],
    "switched off, but WSL was not started anew": [configured({ conf: value(off) }), "wsl-gpu-disabled-in-config"],
  },
  fail: {
    "wsl.conf": [
      configured({ conf: value(off) }, { smi: absent(), dxg: value(node("/dev/dxg")) }),
      "wsl-gpu-disabled-in-config",
    ],
    ".wslconfig": [
      configured(
        { config: value(config({ gpuSupport: false })) },
        { smi: value(smi({ outcome: "no-driver", gpus: [] })), dxg: absent() },
      ),
      "wsl-gpu-disabled-in-config",
    ],
  },
  skipped: { "bare metal": metal },
});

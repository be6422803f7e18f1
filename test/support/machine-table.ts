/**
 * What the diagnosis of every machine in test/machines must say. Lists are ids parted by spaces, in order; what is left
 * out must be empty. `blocked`: by id of the check that failed, what follows from it.
 */
export interface Expected {
  /** status and gpuTraining: "ready yes" */
  readonly verdict: string;
  /** All causes, the first one first. */
  readonly causes?: string;
  readonly fail?: string;
  readonly warn?: string;
  readonly unknown?: string;
  readonly blocked?: Readonly<Record<string, string>>;
}

export const expected: Readonly<Record<string, Expected>> = {
  // Bare metal: card, driver, framework
  "bare-metal-4090": { verdict: "ready yes" },
  "rtx4090-sm86-sm90": { verdict: "ready yes" },
  "driver-535-cu128": { verdict: "ready yes" },
  "driver-610-cuda-13.3": { verdict: "ready yes" },
  "driver-550-cu130": {
    verdict: "not-ready no",
    causes: "driver-too-old-for-framework-cuda",
    fail: "frameworks.driver",
  },
  "rtx5090-cu126": { verdict: "not-ready no", causes: "gpu-arch-too-new-for-wheel", fail: "frameworks.arch" },
  "rtx5090-proprietary-module": {
    verdict: "not-ready no",
    causes: "open-kernel-module-required",
    fail: "driver.flavour",
    blocked: {
      "driver.flavour":
        "driver.module driver.device-nodes driver.api driver.versions-agree cuda.libcuda frameworks.driver",
    },
  },
  "gtx1080-driver-595": {
    verdict: "not-ready no",
    causes: "driver-branch-dropped-gpu",
    fail: "driver.branch",
    blocked: {
      "driver.branch": "driver.flavour driver.module driver.device-nodes driver.api cuda.libcuda frameworks.driver",
    },
  },
  "gtx1080-cu130": { verdict: "not-ready no", causes: "gpu-arch-too-old-for-wheel", fail: "frameworks.arch" },
  "driver-library-mismatch": {
    verdict: "not-ready no",
    causes: "driver-library-version-mismatch",
    fail: "driver.api",
    blocked: { "driver.api": "driver.versions-agree frameworks.driver" },
  },
  "no-devices-found": {
    verdict: "not-ready no",
    causes: "gpu-rm-init-failed",
    fail: "driver.api",
    blocked: { "driver.api": "driver.versions-agree frameworks.driver" },
  },
  "kernel-upgrade-no-module": {
    verdict: "not-ready no",
    causes: "kernel-module-missing",
    fail: "driver.module",
    blocked: { "driver.module": "driver.device-nodes driver.api cuda.libcuda frameworks.driver" },
  },
  "secure-boot-unsigned": {
    verdict: "not-ready no",
    causes: "secure-boot-unsigned-module",
    fail: "driver.module",
    blocked: { "driver.module": "driver.device-nodes driver.api cuda.libcuda frameworks.driver" },
  },
  "secure-boot-silent": {
    verdict: "not-ready no",
    causes: "secure-boot-unsigned-module",
    fail: "driver.module",
    blocked: { "driver.module": "driver.device-nodes driver.api cuda.libcuda frameworks.driver" },
  },
  nouveau: {
    verdict: "not-ready no",
    causes: "nouveau-conflict",
    fail: "driver.binding",
    blocked: { "driver.binding": "driver.module driver.device-nodes driver.api cuda.libcuda frameworks.driver" },
  },
  "driver-not-installed": {
    verdict: "not-ready no",
    causes: "driver-not-installed",
    fail: "driver.installed",
    blocked: {
      "driver.installed": "driver.binding driver.module driver.device-nodes driver.api cuda.libcuda frameworks.driver",
    },
  },
  "device-nodes-locked": {
    verdict: "not-ready no",
    causes: "device-node-permissions",
    fail: "driver.device-nodes",
    blocked: { "driver.device-nodes": "driver.api driver.versions-agree cuda.libcuda frameworks.driver" },
  },
  "prime-intel": {
    verdict: "not-ready no",
    causes: "prime-profile-not-nvidia",
    fail: "gpu.present",
    blocked: {
      "gpu.present":
        "driver.prime driver.api cuda.libcuda cuda.visible-devices frameworks.gpu-build frameworks.driver frameworks.arch",
    },
  },
  "gpu-lost": {
    verdict: "not-ready no",
    causes: "gpu-fallen-off-bus",
    fail: "driver.api",
    blocked: { "driver.api": "driver.versions-agree gpu.health frameworks.driver" },
  },
  "smi-hangs": { verdict: "degraded unknown", unknown: "driver.api" },
  "smi-garbage": { verdict: "degraded unknown", unknown: "driver.api" },
  "cuda-visible-devices-empty": {
    verdict: "not-ready no",
    causes: "cuda-visible-devices-hides-gpu",
    fail: "cuda.visible-devices",
  },
  "slurm-no-gpu-asked-for": {
    verdict: "not-ready no",
    causes: "cuda-visible-devices-hides-gpu",
    fail: "cuda.visible-devices",
  },
  "stub-library": {
    verdict: "not-ready no",
    causes: "cuda-stub-library-loaded",
    fail: "cuda.libcuda",
    blocked: { "cuda.libcuda": "frameworks.driver" },
  },
  "framework-not-installed": {
    verdict: "not-ready no",
    causes: "framework-not-installed",
    fail: "frameworks.installed",
  },
  "framework-elsewhere": { verdict: "degraded yes", causes: "wrong-python-environment", warn: "frameworks.installed" },
  "cpu-wheel": { verdict: "not-ready no", causes: "cpu-only-wheel", fail: "frameworks.gpu-build" },
  "python-3.14.0": { verdict: "ready yes", causes: "python314-forkserver-pickling", warn: "workers.start-method" },
  "tensorflow-without-cudnn": { verdict: "not-ready no", causes: "cudnn-missing", fail: "frameworks.cudnn" },
  "hgx-no-fabric-manager": {
    verdict: "not-ready no",
    causes: "fabricmanager-not-running",
    fail: "driver.fabric-manager",
  },
  "gb10-dgx-spark": { verdict: "ready yes" },
  // No NVIDIA card
  "debian12-toolkit-no-card": {
    verdict: "degraded no",
    causes: "no-nvidia-gpu-hardware framework-not-installed",
    fail: "gpu.present",
    warn: "frameworks.installed",
    blocked: { "gpu.present": "driver.api cuda.libcuda cuda.visible-devices" },
  },
  "rocm-mi300": { verdict: "degraded unknown", causes: "amd-rocm-present", warn: "gpu.present" },
  "amd-gaming-card": { verdict: "degraded no", causes: "amd-rocm-present", fail: "gpu.present" },
  // WSL
  "wsl2-healthy": { verdict: "ready yes" },
  "wsl2-linux-driver": {
    verdict: "not-ready no",
    causes: "wsl-linux-driver-installed",
    fail: "driver.api wsl.libraries",
    unknown: "frameworks.arch",
    blocked: { "wsl.libraries": "cuda.libcuda", "driver.api": "frameworks.driver" },
  },
  "wsl2-no-dxg": {
    verdict: "not-ready no",
    causes: "wsl-dev-dxg-missing",
    fail: "wsl.gpu-device",
    blocked: {
      "wsl.gpu-device":
        "gpu.present driver.api wsl.libraries cuda.libcuda cuda.visible-devices frameworks.gpu-build frameworks.driver frameworks.arch",
    },
  },
  "wsl2-custom-kernel": {
    verdict: "not-ready no",
    causes: "wsl-custom-kernel",
    fail: "wsl.kernel",
    blocked: {
      "wsl.kernel":
        "wsl.gpu-device gpu.present driver.api wsl.libraries cuda.libcuda cuda.visible-devices frameworks.gpu-build frameworks.driver frameworks.arch",
    },
  },
  "wsl2-gpu-off": {
    verdict: "not-ready no",
    causes: "wsl-gpu-disabled-in-config",
    fail: "wsl.config",
    blocked: {
      "wsl.config":
        "wsl.gpu-device gpu.present driver.api wsl.libraries cuda.libcuda cuda.visible-devices frameworks.gpu-build frameworks.driver frameworks.arch",
    },
  },
  "wsl2-kernel-4.19": { verdict: "ready yes" },
  "wsl2-windows-drive": { verdict: "degraded yes", causes: "wsl-windows-drive-slow", warn: "data.filesystem" },
  "wsl2-not-on-loader-path": {
    verdict: "not-ready no",
    causes: "wsl-libcuda-not-in-loader-path",
    fail: "wsl.libraries",
    blocked: { "wsl.libraries": "cuda.libcuda frameworks.driver" },
  },
  "wsl2-tcc": {
    verdict: "not-ready no",
    causes: "gpu-in-tcc-mode",
    fail: "driver.api",
    unknown: "frameworks.arch",
    blocked: { "driver.api": "frameworks.driver" },
  },
  "wsl2-cu130-driver-551": {
    verdict: "not-ready no",
    causes: "driver-too-old-for-framework-cuda",
    fail: "frameworks.driver",
  },
  "wslconfig-in-utf16": { verdict: "ready yes", causes: "wslconfig-ignored", warn: "wsl.config" },
  "wsl2-windows-without-nvidia": {
    verdict: "degraded no",
    causes: "no-nvidia-gpu-hardware",
    fail: "gpu.present",
    blocked: {
      "gpu.present":
        "driver.api wsl.libraries cuda.libcuda cuda.visible-devices frameworks.gpu-build frameworks.driver frameworks.arch",
    },
  },
  wsl1: {
    verdict: "not-ready no",
    causes: "wsl1-no-gpu",
    fail: "wsl.version",
    blocked: {
      "wsl.version":
        "gpu.present driver.api cuda.libcuda cuda.visible-devices frameworks.gpu-build frameworks.driver frameworks.arch",
    },
  },
  // Containers
  "docker-gpus": { verdict: "ready yes" },
  "docker-small-shm": { verdict: "degraded yes", causes: "shm-too-small", warn: "limits.shm" },
  "docker-no-gpus": {
    verdict: "not-ready no",
    causes: "container-missing-gpu-flag",
    fail: "driver.device-nodes",
    blocked: { "driver.device-nodes": "driver.api cuda.libcuda frameworks.driver" },
  },
  "docker-own-disk": {
    verdict: "not-ready no",
    causes: "container-missing-gpu-flag",
    fail: "driver.device-nodes",
    blocked: { "driver.device-nodes": "driver.api cuda.libcuda frameworks.driver" },
  },
  "docker-nvml-unknown": {
    verdict: "not-ready no",
    causes: "container-cgroup-device-revoked",
    fail: "driver.api",
    blocked: { "driver.api": "driver.versions-agree frameworks.driver" },
  },
  "docker-no-uvm": {
    verdict: "not-ready no",
    causes: "container-uvm-device-missing",
    fail: "driver.device-nodes",
    blocked: {
      "driver.device-nodes": "driver.api driver.versions-agree gpu.health gpu.memory cuda.libcuda frameworks.driver",
    },
  },
  "docker-compat-library": {
    verdict: "not-ready no",
    causes: "cuda-forward-compat-conflict",
    fail: "cuda.libcuda",
    blocked: { "cuda.libcuda": "frameworks.driver" },
  },
  "apptainer-without-nv": {
    verdict: "not-ready no",
    causes: "container-missing-gpu-flag",
    fail: "driver.device-nodes",
    blocked: { "driver.device-nodes": "driver.api cuda.libcuda frameworks.driver" },
  },
  "wsl2-docker": { verdict: "ready yes" },
  "wsl2-docker-no-gpus": {
    verdict: "not-ready no",
    causes: "container-missing-gpu-flag",
    fail: "wsl.gpu-device",
    blocked: {
      "wsl.gpu-device":
        "gpu.present driver.api cuda.libcuda cuda.visible-devices frameworks.gpu-build frameworks.driver frameworks.arch",
    },
  },
  "kubernetes-host-named-microsoft": { verdict: "ready yes" },
  // Virtual machines
  "vmware-workstation": {
    verdict: "degraded no",
    causes: "vm-no-gpu",
    fail: "gpu.present",
    blocked: { "gpu.present": "driver.api cuda.libcuda cuda.visible-devices frameworks.gpu-build" },
  },
  virtualbox: {
    verdict: "degraded no",
    causes: "vm-no-gpu",
    fail: "gpu.present",
    blocked: { "gpu.present": "driver.api cuda.libcuda cuda.visible-devices frameworks.gpu-build" },
  },
  "esxi-passthrough": { verdict: "ready yes" },
  "proxmox-passthrough": { verdict: "ready yes" },
  "proxmox-bars-0m": {
    verdict: "not-ready no",
    causes: "vm-passthrough-mmio-too-small",
    fail: "gpu.bars",
    blocked: {
      "gpu.bars": "driver.module driver.device-nodes driver.api driver.versions-agree cuda.libcuda frameworks.driver",
    },
  },
  "proxmox-bars-given-up": {
    verdict: "not-ready no",
    causes: "vm-passthrough-mmio-too-small",
    fail: "gpu.bars",
    blocked: {
      "gpu.bars": "driver.module driver.device-nodes driver.api driver.versions-agree cuda.libcuda frameworks.driver",
    },
  },
  "proxmox-init-fails": {
    verdict: "not-ready no",
    causes: "vm-passthrough-gpu-init-failed",
    fail: "driver.api",
    blocked: { "driver.api": "driver.versions-agree frameworks.driver" },
  },
  "proxmox-no-gpu": {
    verdict: "degraded no",
    causes: "vm-no-gpu",
    fail: "gpu.present",
    blocked: { "gpu.present": "driver.api cuda.libcuda cuda.visible-devices frameworks.gpu-build" },
  },
  "hyperv-gpu-p": { verdict: "ready yes" },
  "hyperv-gpu-p-no-files": {
    verdict: "not-ready no",
    causes: "hyperv-gpupv-driver-files-missing",
    fail: "cuda.libcuda",
    unknown: "driver.api frameworks.arch",
    blocked: { "cuda.libcuda": "frameworks.driver" },
  },
  "firecracker-stray-dockerenv": {
    verdict: "degraded no",
    causes: "no-nvidia-gpu-hardware framework-not-installed",
    fail: "gpu.present",
    warn: "frameworks.installed",
    blocked: { "gpu.present": "driver.api cuda.libcuda cuda.visible-devices" },
  },
  "azure-no-gpu": {
    verdict: "degraded no",
    causes: "no-nvidia-gpu-hardware",
    fail: "gpu.present",
    blocked: { "gpu.present": "driver.api cuda.libcuda cuda.visible-devices frameworks.gpu-build" },
  },
  // Windows
  "windows-healthy": { verdict: "ready yes" },
  "windows-cpu-wheel": { verdict: "not-ready no", causes: "cpu-only-wheel", fail: "frameworks.gpu-build" },
  "windows-tensorflow-2.16": {
    verdict: "not-ready no",
    causes: "tf-native-windows-no-gpu",
    fail: "frameworks.gpu-build",
  },
  "windows-no-driver": {
    verdict: "not-ready no",
    causes: "driver-not-installed",
    fail: "driver.installed",
    blocked: { "driver.installed": "driver.api frameworks.driver" },
  },
  "windows-tfjs-dll": {
    verdict: "not-ready no",
    causes: "tfjs-binding-dll-missing",
    fail: "tfjs.binding",
    blocked: { "tfjs.binding": "tfjs.node" },
  },
  "windows-vmware-guest": {
    verdict: "degraded no",
    causes: "vm-no-gpu",
    fail: "gpu.present",
    blocked: { "gpu.present": "driver.api cuda.visible-devices frameworks.gpu-build" },
  },
  "windows-intel-only": {
    verdict: "degraded no",
    causes: "no-nvidia-gpu-hardware",
    fail: "gpu.present",
    blocked: { "gpu.present": "driver.api cuda.visible-devices frameworks.gpu-build" },
  },
  // tfjs-node
  "tfjs-node-24": { verdict: "not-ready no", causes: "node-version-unsupported", fail: "tfjs.node" },
  "tfjs-no-binding": {
    verdict: "not-ready no",
    causes: "tfjs-binding-missing",
    fail: "tfjs.binding",
    blocked: { "tfjs.binding": "tfjs.node" },
  },
  // macOS
  "macos-m3": { verdict: "degraded unknown", causes: "macos-no-cuda-use-mps", warn: "gpu.present" },
  // Odd, and mostly no fault
  "jetson-orin": { verdict: "degraded unknown" },
  "two-cards-one-for-a-guest": { verdict: "ready yes" },
  "no-nvidia-utils": { verdict: "degraded unknown", unknown: "driver.api" },
  "gpu-memory-full": { verdict: "ready yes", causes: "gpu-memory-full", warn: "gpu.memory" },
  "no-nodes-yet": { verdict: "ready yes" },
  // What NVML adds
  "nvml-beside-smi": { verdict: "ready yes" },
  "nvml-without-smi": { verdict: "ready yes" },
  "nvml-smi-hangs": { verdict: "ready yes", warn: "driver.nvml" },
  "nvml-other-driver": { verdict: "ready yes", causes: "driver-library-version-mismatch", warn: "driver.nvml" },
  "nvml-half-width": { verdict: "degraded yes", causes: "pcie-link-degraded", warn: "gpu.link" },
  "nvml-overheating": { verdict: "degraded yes", causes: "gpu-overheating", warn: "gpu.clocks" },
  "nvml-power-brake": { verdict: "degraded yes", causes: "gpu-power-insufficient", warn: "gpu.clocks" },
  "nvml-row-remap-failed": { verdict: "degraded yes", causes: "gpu-memory-failing", warn: "gpu.memory-errors" },
  "nvml-mig-without-slices": { verdict: "not-ready no", causes: "mig-without-slices", fail: "gpu.mig" },
  "nvml-compute-prohibited": { verdict: "not-ready no", causes: "gpu-compute-mode", fail: "gpu.compute-mode" },
  "nvml-card-lost": {
    verdict: "not-ready no",
    causes: "gpu-fallen-off-bus",
    fail: "driver.api",
    blocked: { "driver.api": "driver.versions-agree gpu.health gpu.memory frameworks.driver" },
  },
  "nvml-mismatch": {
    verdict: "not-ready no",
    causes: "driver-library-version-mismatch",
    fail: "driver.api",
    blocked: { "driver.api": "driver.versions-agree frameworks.driver" },
  },
  "nvml-hangs": { verdict: "ready yes", unknown: "driver.nvml" },
  "nvml-crashes-without-smi": { verdict: "degraded unknown", unknown: "driver.api" },
  // What cannot be told is not held against the machine
  "wsl2-ldconfig-crashes": { verdict: "degraded unknown", unknown: "wsl.libraries cuda.libcuda" },
  "pci-class-denied": { verdict: "degraded unknown", unknown: "driver.api frameworks.arch" },
  "venv-config-denied": { verdict: "degraded unknown", unknown: "frameworks.installed" },
  "os-release-with-escapes": { verdict: "ready yes" },
};

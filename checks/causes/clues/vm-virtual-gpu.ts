import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { nvidiaCard } from "./words.ts";

/** Texts that betray the causes of ../vm-virtual-gpu.ts. */
export const vmVirtualGpuClues = {
  "vm-no-gpu": [
    {
      pattern:
        /SVGA II Adapter|VMware SVGA|\bvmwgfx\b|15ad:040[05]|VirtualBox Graphics Adapter|InnoTek|\bvboxvideo\b|80ee:beef|\bqxl\b.{0,30}(?:paravirtual|graphic|driver)|(?:driver=|driver in use: )qxl\b|Cirrus Logic GD ?5446|1013:00b8|Virtio (?:1\.0 )?GPU|virtio[-_]gpu|1af4:1050|1234:1111|bochs-drm|Hyper-V virtual VGA|hyperv_(?:fb|drm)|1414:5353|Parallels.{0,40}(?:Display|Video)|Red Hat, Inc\. (?:QXL|Virtio)/i,
      unless: nvidiaCard,
      weight: 0.82,
      source: "https://pci-ids.ucw.cz/",
      rulesOut: ["driver-not-installed", "kernel-module-missing", "no-nvidia-gpu-hardware"],
    },
    {
      pattern: /VMware Workstation|VMware Player|VMware Fusion|virtualbox|\bvbox\b|Oracle VM/i,
      together: /nvidia|cuda|\bgpu\b/i,
      unless: nvidiaCard,
      weight: 0.65,
      source: "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/",
      rulesOut: ["driver-not-installed"],
    },
    {
      pattern:
        /could not insert '?nvidia[\w-]*'?:? No such device|nvidia-smi: command not found|couldn't communicate|No CUDA GPUs|no CUDA-capable/,
      on: ["vm"],
      unless: nvidiaCard,
      notOn: ["container", "wsl"],
      weight: 0.45,
      source: "https://github.com/NVIDIA/nvidia-docker/issues/431",
    },
    {
      pattern: /llvmpipe|SVGA3D|softpipe/,
      on: ["vm"],
      weight: 0.4,
      source: "https://docs.mesa3d.org/drivers/llvmpipe.html",
    },
  ],
  "vgpu-profile-no-compute": [
    {
      pattern: /\b(?:GRID )?[A-Z]{1,4}\d{1,4}[A-Z]{0,2}-\d{1,3}[AB]\b/,
      together: /nvidia|GRID|vgpu|cuda/i,
      weight: 0.8,
      source: "https://docs.nvidia.com/vgpu/latest/grid-vgpu-user-guide/",
      rulesOut: ["healthy-gpu"],
    },
    {
      pattern: /\| +\d+% +Prohibited|Compute Mode ?: ?Prohibited/i,
      weight: 0.6,
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern: /\bGRID\b|\bvGPU\b|\b[A-Z]{1,4}\d{1,4}[A-Z]{0,2}-\d{1,3}[QC]\b/,
      together:
        /CUDA.{0,60}(?:busy or unavailable|not supported|fail|error|False)|operation not supported|error 46\b|no CUDA-capable device|is_available.{0,12}False|Unlicensed/i,
      weight: 0.75,
      source: "https://docs.nvidia.com/vgpu/latest/grid-licensing-user-guide/",
    },
    {
      pattern:
        /all CUDA-capable devices are busy or unavailable|cudaErrorDevicesUnavailable|CUDA_ERROR_DEVICES_UNAVAILABLE/i,
      on: ["vm"],
      weight: 0.5,
      source: "https://docs.nvidia.com/vgpu/latest/grid-vgpu-user-guide/",
    },
    {
      pattern:
        /vGPU.{0,60}(?:unlicensed|license (?:not|expired|fail))|License Status ?: ?Unlicensed|(?:not )?support(?:s|ed)? (?:CUDA|compute).{0,40}(?:vGPU|profile)/i,
      weight: 0.6,
      source: "https://docs.nvidia.com/vgpu/latest/grid-licensing-user-guide/",
    },
    {
      pattern: /(?:no CUDA-capable|No CUDA GPUs|CUDA_ERROR_NO_DEVICE)/i,
      together: /\bvGPU\b|\bGRID [A-Z]\d|\b[A-Z]{1,4}\d{1,4}[A-Z]{0,2}-\d{1,3}[QBAC]\b/,
      weight: 0.75,
      rulesOut: ["cuda-visible-devices-hides-gpu", "vm-no-gpu"],
      source: "https://docs.nvidia.com/vgpu/latest/grid-vgpu-user-guide/",
    },
  ],
  "hyperv-gpupv-driver-files-missing": [
    {
      pattern:
        /GPU-?PV?\b|GpuPartitionAdapter|VMGpu|VMHostPartitionableGpu|HostDriverStore|gpu paravirtuali[sz]ation|dxgkrnl-dkms/i,
      together: /GPU access blocked|Failed to initialize NVML|nvidia-smi|libcuda|\/usr\/lib\/wsl/i,
      weight: 0.6,
      source: "https://github.com/staralt/dxgkrnl-dkms/issues/7",
    },
    {
      pattern:
        /\/usr\/lib\/wsl\/(?:drivers|lib)\b.{0,60}(?:No such file|not found|empty|missing)|(?:copy|copied|missing).{0,40}(?:FileRepository|HostDriverStore|\/usr\/lib\/wsl\/drivers|nv_dispi?\w*\.inf)/i,
      weight: 0.75,
      source: "https://github.com/staralt/dxgkrnl-dkms",
    },
    {
      pattern: /\/usr\/lib\/wsl\/lib\/nvidia-smi\s{1,3}Failed to initialize NVML/,
      weight: 0.4,
      source: "https://github.com/staralt/dxgkrnl-dkms/issues/7",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      weight: 0.25,
      source: "https://github.com/staralt/dxgkrnl-dkms/issues/7",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      on: ["vm"],
      weight: 0.5,
      notOn: ["wsl1"],
      source: "https://github.com/staralt/dxgkrnl-dkms/issues/7",
    },
  ],
  "hyperv-gpupv-module-incompatible": [
    {
      pattern:
        /dxgkrnl.{0,120}(?:version magic|disagrees about version|Unknown symbol|Invalid module format|Exec format error|Bad return status|bad exit status|fail(?:ed|ure)?|error:)|(?:Bad return status|bad exit status|Unknown symbol|could not insert).{0,120}dxgkrnl/i,
      weight: 0.88,
      source: "https://github.com/staralt/dxgkrnl-dkms",
      rulesOut: ["kernel-module-missing", "wsl-linux-driver-installed"],
    },
    {
      pattern:
        /Bad return status for module build|Error! |make\[\d\]: \*\*\*|(?:implicit declaration|too (?:few|many) arguments|has no member named)/,
      together: /dxgkrnl/i,
      weight: 0.75,
      source: "https://github.com/staralt/dxgkrnl-dkms",
      rulesOut: ["kernel-module-missing"],
    },
    {
      pattern: /dxgkrnl/i,
      together: /GPU access blocked/,
      weight: 0.4,
      source: "https://github.com/staralt/dxgkrnl-dkms/issues/9",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      weight: 0.22,
      source: "https://github.com/staralt/dxgkrnl-dkms/issues/9",
    },
    {
      pattern:
        /\/dev\/dxg\b[^\n]{0,60}(?:No such file|not exist|not found|missing|不存在|没有|"exists": ?false)|(?:no|missing|without|没有|无|缺少)[^\n]{0,12}`?(?:\/dev\/)?`?dxg\b|cannot access '?\/dev\/dxg/i,
      together: /GPU-?PV?\b|GpuPartition|HyperV|hyper-v/i,
      weight: 0.78,
      unless: /microsoft-standard|wsl ?2\b/i,
      rulesOut: ["wsl-dev-dxg-missing"],
      source: "https://github.com/staralt/dxgkrnl-dkms",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;

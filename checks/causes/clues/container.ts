import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { cudaStatus, gpuLess, noLibcuda } from "./words.ts";

/** Texts that betray the causes of ../container.ts. */
export const containerClues = {
  "container-missing-gpu-flag": [
    {
      pattern:
        /nvidia-smi: (?:command )?not found|exec: "?nvidia-smi"?: executable file not found|nvidia-smi: No such file|executable file .{0,4}nvidia-smi.{0,4} not found/i,
      on: ["container"],
      weight: 0.8,
      source: "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/sample-workload.html",
    },
    {
      pattern: /The NVIDIA Driver was not detected|GPU functionality will not be available/,
      weight: 0.93,
      // The same banner reports a driver that is there and failed, with the number of its error.
      unless: /The NVIDIA Driver is present|\(error 80\d\)/,
      source: "https://docs.nvidia.com/deeplearning/frameworks/user-guide/index.html",
    },
    {
      pattern: /Use (?:the NVIDIA Container Toolkit|'nvidia-docker run').{0,80}start this container/i,
      weight: 0.93,
      source: "https://docs.nvidia.com/deeplearning/frameworks/user-guide/index.html",
    },
    {
      pattern:
        /Found no NVIDIA driver on your system|libcuda\.so(?:\.1)?'?:? cannot open shared object|Could not load dynamic library 'libcuda\.so\.1'|Could not find cuda drivers on your machine|kernel driver does not appear to be running on this host|CUDA driver library cannot be found|Failed to (?:load|detect) NVML|couldn't find libnvidia-ml\.so|No CUDA GPUs are available|no CUDA-capable device|CUDA_ERROR_NO_DEVICE|is_available\(\)\)?\W{0,12}False/i,
      on: ["container"],
      weight: 0.7,
      unless:
        /--gpus|could not select device driver|daemon-reload|runtime[:=] ?nvidia|Error 80\d|CUDA_VISIBLE_DEVICES=(?:""|''|-1|$)|nvidia-container-cli/m,
      source: "https://docs.docker.com/engine/containers/resource_constraints/#gpu",
    },
    {
      pattern: /no NVIDIA GPU device is present: \/dev\/nvidia0 does not exist/,
      weight: 0.65,
      notOn: ["wsl", "wsl1"],
      source: "https://github.com/openxla/xla/blob/main/xla/stream_executor/cuda/cuda_diagnostics.cc",
    },
    {
      pattern:
        /could not select device driver|nvidia-container-cli: initialization error: load library failed|unknown or invalid runtime name: nvidia|Unknown runtime specified nvidia/,
      weight: 0.3,
      source: "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",
    },
    {
      pattern:
        /docker run (?:(?!--gpus|--runtime|--device|nvidia-docker)[^\n]){1,300}(?:nvidia|cuda|pytorch|tensorflow)/,
      unless: /--gpus|--runtime[= ]nvidia|--device[= ]nvidia|could not select|Error 80\d/,
      together: /False|not found|No CUDA|no NVIDIA|not detected|CPU/i,
      weight: 0.6,
      source: "https://docs.docker.com/engine/containers/resource_constraints/#gpu",
    },
    {
      pattern: /(?:0\/\d+ nodes are available|Insufficient) ?.{0,40}nvidia\.com\/gpu/i,
      weight: 0.5,
      source: "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/",
    },
    {
      pattern: /\/dev\/nvidia0\b.{0,40}(?:"exists": ?false|No such file)/,
      on: ["container"],
      weight: 0.6,
      source: "https://docs.docker.com/engine/containers/resource_constraints/#gpu",
    },
    {
      pattern: noLibcuda,
      on: ["container"],
      unless: /--gpus|could not select device driver|runtime[:=] ?nvidia|nvidia-container-cli|LD_LIBRARY_PATH/,
      weight: 0.68,
      source: "https://docs.docker.com/engine/containers/resource_constraints/#gpu",
    },
    {
      pattern:
        /nvidia-smi[`'"]{0,2}[^\n]{0,40}(?:command )?not (?:found|exist|installed)|NVML Shared Library Not Found/i,
      on: ["container"],
      unless: /--gpus|could not select device driver|runtime[:=] ?nvidia/,
      weight: 0.75,
      source: "https://docs.docker.com/engine/containers/resource_constraints/#gpu",
    },
    {
      pattern: /is_available\(?\)?[^\n]{0,24}\bFalse\b|deploy\.resources\.reservations|reservations:[^\n]{0,20}devices/,
      on: ["container"],
      together: /False|not (?:found|detected|available)|no (?:NVIDIA|CUDA|GPU)/i,
      unless:
        /--gpus|runtime[:=] ?nvidia|Error 80\d|nvidia-container-cli|could not select|\+cpu\b|too old|NVIDIA-SMI \d|CUDA_VISIBLE_DEVICES/,
      weight: 0.6,
      source: "https://docs.docker.com/compose/how-tos/gpu-support/",
    },
  ],
  "container-toolkit-not-installed": [
    {
      pattern: /could not select device driver .{0,10}(?:nvidia)?.{0,4} ?with capabilities: \[\[.{0,20}gpu/i,
      weight: 0.9,
      source: "https://github.com/moby/moby/blob/master/daemon/devices.go",
    },
    {
      pattern:
        /Unknown runtime specified nvidia|unknown or invalid runtime name: ?"?nvidia|runtime "?nvidia"? (?:is )?not (?:found|registered|recognized)|unknown runtime specified "?nvidia/i,
      weight: 0.92,
      source: "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
    },
    {
      pattern:
        /nvidia-container-(?:runtime(?:-hook)?|cli|toolkit)"?: (?:executable file not found|no such file|command not found|not found)|exec: "?nvidia-container-\w+[\w-]*"?: executable file not found|nvidia-ctk: command not found|docker: 'nvidia' is not a docker command|nvidia-docker: command not found/i,
      weight: 0.92,
      source: "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
    },
    {
      pattern:
        /unresolvable CDI devices|failed to inject (?:devices via )?CDI|could not (?:find|resolve) CDI device|CDI device injection failed|setting up CDI devices|no CDI devices? (?:found|matching)/i,
      weight: 0.85,
      source: "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html",
    },
    {
      pattern:
        /Unable to locate package nvidia-(?:container-toolkit|docker2|container-runtime)|No package nvidia-(?:container-toolkit|docker2) available/,
      weight: 0.85,
      source: "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
    },
    {
      pattern:
        /nvidia-smi: (?:command )?not found|The NVIDIA Driver was not detected|executable file not found in \$PATH/i,
      on: ["container"],
      together: /nvidia/i,
      weight: 0.3,
      source: "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
    },
    {
      pattern: /no runtime for "nvidia" is configured/,
      weight: 0.9,
      source: "https://github.com/containerd/containerd/blob/main/internal/cri/config/config.go",
    },
    {
      pattern:
        /stat nvidia\.com\/gpu=\w+: no such file|fork\/exec \S{0,60}nvidia-container-runtime\S{0,10}: no such file|nvidia-container-runtime(?:-hook)?[^\n]{0,40}(?:no such file|not found|not installed)|docker: (?:Error response from daemon: )?[^\n]{0,40}(?:unknown or invalid|Unknown|invalid) runtime[^\n]{0,20}nvidia/i,
      weight: 0.9,
      source: "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",
    },
    {
      pattern:
        /nvidia[- ](?:container[- ](?:toolkit|runtime)|docker2?) (?:is |was |were )?(?:not (?:yet )?installed|missing)|(?:without|forgot|missing|install\w*) (?:to install )?(?:the )?nvidia[- ]container[- ](?:toolkit|runtime)[^\n]{0,40}(?:fix|solv|work|help)|unknown flag:? (?:--)?gpus/i,
      weight: 0.78,
      source: "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
    },
  ],
  "container-docker-snap": [
    {
      pattern:
        /snap (?:services|list|install|info|remove|connect\w*) docker|docker\.dockerd|\/snap\/(?:bin\/)?docker|\/var\/snap\/docker|snap\.docker|docker .{0,30}(?:via|from|with|by|through) (?:the )?snap\b|snap (?:version|package|install\w*) .{0,20}docker|\bdocker(?:-ce)?\W{1,4}(?:\S{1,30} )?\(?(?:from |via )?snap\b/i,
      together: /nvidia|gpu|cuda/i,
      weight: 0.94,
      source: "https://github.com/NVIDIA/nvidia-docker/issues/1608",
      rulesOut: ["container-toolkit-not-installed", "container-missing-gpu-flag"],
    },
  ],
  "container-cgroup-device-revoked": [
    {
      pattern: /Failed to initialize NVML: Unknown Error/,
      weight: 0.75,
      source: "https://github.com/NVIDIA/nvidia-container-toolkit/issues/48",
    },
    {
      pattern: /Failed to initialize NVML: Unknown Error/,
      on: ["container"],
      weight: 0.88,
      source: "https://github.com/NVIDIA/nvidia-container-toolkit/issues/48",
    },
    {
      pattern:
        /systemctl daemon-reload|devices\.list|cgroup driver|native\.cgroupdriver|cgroupfs|DeviceAllow|systemd (?:reload|cgroup)/i,
      together: /NVML|nvidia-smi|CUDA/i,
      weight: 0.5,
      source: "https://github.com/NVIDIA/nvidia-container-toolkit/issues/48",
    },
    {
      pattern:
        /(?:after (?:a while|some time|several|a few|\d+) ?(?:hours|minutes|days)?|suddenly|lost|loses|lose) .{0,60}(?:GPU|NVML|nvidia)/i,
      on: ["container"],
      together: /NVML|CUDA/i,
      weight: 0.45,
      source: "https://github.com/NVIDIA/nvidia-docker/issues/1671",
    },
  ],
  "container-uvm-device-missing": [
    {
      pattern:
        /\/dev\/nvidia-uvm\b(?!-tools)['"]?.{0,60}(?:No such file|does not exist|not found|missing|"exists": ?false)|(?:missing|no|without) \/dev\/nvidia-uvm/i,
      weight: 0.88,
      source: "https://github.com/AIR-DISCOVER/ICRA2024-Sim2Real-AXS/issues/5",
      rulesOut: ["uvm-broken-after-suspend"],
    },
    {
      pattern:
        /nvidia-modprobe -u|nvidia-modprobe -c ?0 -u|nvidia_uvm.{0,40}not loaded|Could not load UVM kernel module/i,
      weight: 0.4,
      source: "https://github.com/NVIDIA/nvidia-modprobe",
    },
    {
      pattern:
        /nvidia-smi\b[^\n]{0,16} (?:works?|worked|runs?|ran|(?:is )?working|shows|is fine|正常)[^\n]{0,60}(?:\n[^\n]{0,80}){0,2}?\b(?:but|yet|however|while|但)\b[^\n]{0,60}(?:cuda|torch|tensorflow|gpu)/i,
      on: ["container"],
      together: gpuLess,
      weight: 0.75,
      unless: /\+cpu\b|too old|Error 80\d/,
      rulesOut: ["container-missing-gpu-flag"],
      source: "https://github.com/NVIDIA/nvidia-container-toolkit/issues/50",
    },
    {
      pattern:
        /(?:--device[= ]|mount\w*|-v )[^\n]{0,20}\/dev\/nvidia-uvm\b|(?:stat|open\w*)\("\/dev\/nvidia-uvm"[^\n]{0,60}ENOENT/i,
      together: /cuda|nvidia/i,
      weight: 0.6,
      source: "https://github.com/NVIDIA/nvidia-docker/issues/997",
    },
  ],
  "cuda-forward-compat-conflict": [
    {
      pattern:
        /Error 804|forward compatibility was attempted on non supported HW|CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE|cudaErrorCompatNotSupportedOnDevice|returned 804\b/i,
      weight: 0.94,
      source: "https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html",
      rulesOut: ["driver-too-old-for-framework-cuda", "uvm-broken-after-suspend"],
    },
    {
      pattern:
        /Error 803|system has unsupported display driver ?\/ ?cuda driver combination|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH/i,
      on: ["container"],
      weight: 0.7,
      source: "https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html",
    },
    {
      pattern:
        /Error 803|system has unsupported display driver ?\/ ?cuda driver combination|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH/i,
      weight: 0.4,
      source: "https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html",
    },
    {
      pattern: /compatibility mode is UNAVAILABLE|\/usr\/local\/cuda[\w.-]*\/compat\b|cuda-compat-\d+/i,
      weight: 0.6,
      source: "https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html",
    },
    {
      pattern: cudaStatus(804),
      weight: 0.92,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;

import { expect, it } from "vitest";
import type { CauseId } from "../../checks/causes/ids.ts";
import { explainText } from "../../src/paste/explain.ts";

/** One message each, as the programs print it, with the causes that may stand behind it; the first is to be named. */
const messages: readonly (readonly [message: string, causes: readonly CauseId[]])[] = [
  // nvidia-smi
  ["nvidia-smi: command not found", ["driver-not-installed"]],
  [
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    ["kernel-module-missing", "driver-not-installed", "nouveau-conflict", "secure-boot-unsigned-module"],
  ],
  ["Failed to initialize NVML: Driver/library version mismatch", ["driver-library-version-mismatch"]],
  ["NVRM: API mismatch: the client has the version 535.54.03", ["driver-library-version-mismatch"]],
  ["No devices were found", ["gpu-rm-init-failed"]],
  ["Unable to determine the device handle for GPU 0000:01:00.0: Unknown Error", ["gpu-fallen-off-bus"]],
  ["Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.", ["gpu-fallen-off-bus"]],
  ["Unable to determine the device handle for GPU 0000:D8:00.0: Not Found", ["gpu-fallen-off-bus"]],
  [
    "Failed to initialize NVML: GPU access blocked by the operating system",
    ["gpu-in-tcc-mode", "wsl-linux-driver-installed", "wsl-custom-kernel", "hyperv-gpupv-driver-files-missing"],
  ],
  ["Failed to initialize NVML: Unknown Error", ["container-cgroup-device-revoked"]],
  ["Failed to initialize NVML: Insufficient Permissions", ["device-node-permissions"]],
  ["| NVIDIA-SMI 535.104.05  Driver Version: 535.104.05  CUDA Version: ERR! |", ["driver-library-version-mismatch"]],
  ["modprobe: ERROR: could not insert 'nvidia': Key was rejected by service", ["secure-boot-unsigned-module"]],
  ["NVRM: Xid (PCI:0000:01:00): 79, pid=1, GPU has fallen off the bus.", ["gpu-fallen-off-bus"]],
  // frameworks
  [
    "RuntimeError: CUDA error: no kernel image is available for execution on the device",
    ["gpu-arch-too-new-for-wheel", "gpu-arch-too-old-for-wheel"],
  ],
  [
    "NVIDIA GeForce GTX 1080 with CUDA capability sm_61 is not compatible with the current PyTorch installation.",
    ["gpu-arch-too-old-for-wheel"],
  ],
  [
    "NVIDIA GeForce RTX 5080 with CUDA capability sm_120 is not compatible with the current PyTorch installation.",
    ["gpu-arch-too-new-for-wheel"],
  ],
  ["Found GPU0 Tesla P100 which is of compute capability (CC) 6.0.", ["gpu-arch-too-old-for-wheel"]],
  ["RuntimeError: Found no NVIDIA driver on your system.", ["driver-not-installed"]],
  ["The NVIDIA driver on your system is too old (found version 12020).", ["driver-too-old-for-framework-cuda"]],
  ["AssertionError: Torch not compiled with CUDA enabled", ["cpu-only-wheel"]],
  ["RuntimeError: No CUDA GPUs are available", ["cuda-visible-devices-hides-gpu"]],
  [
    "CUDA initialization: CUDA unknown error - this may be due to an incorrectly set up environment, e.g. changing env variable CUDA_VISIBLE_DEVICES after program start.",
    ["uvm-broken-after-suspend", "cuda-visible-devices-set-too-late"],
  ],
  ["Unexpected error from cudaGetDeviceCount(). Error 802: system not yet initialized", ["fabricmanager-not-running"]],
  [
    "Error 803: system has unsupported display driver / cuda driver combination",
    ["driver-library-version-mismatch", "cuda-forward-compat-conflict"],
  ],
  ["Error 804: forward compatibility was attempted on non supported HW", ["cuda-forward-compat-conflict"]],
  ["CUDA driver initialization failed, you might not have a CUDA gpu.", ["driver-not-installed"]],
  ["CUDA driver is a stub library", ["cuda-stub-library-loaded"]],
  ["Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0", ["cuda-runtime-missing"]],
  ["libcudnn.so.8: cannot open shared object file: No such file or directory", ["cudnn-missing"]],
  [
    "Could not find cuda drivers on your machine, GPU will not be used.",
    ["driver-not-installed", "cuda-runtime-missing"],
  ],
  ["Skipping registering GPU devices...", ["cuda-runtime-missing"]],
  ["CUDA_ERROR_INVALID_PTX", ["gpu-arch-too-new-for-wheel"]],
  ["TypeError: (0 , util_1.isNullOrUndefined) is not a function", ["node-version-unsupported"]],
  [
    "\\\\?\\C:\\a\\node_modules\\@tensorflow\\tfjs-node\\lib\\napi-v8\\tfjs_binding.node: The specified module could not be found",
    ["tfjs-binding-dll-missing"],
  ],
  // workers
  [
    "RuntimeError: Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you must use the 'spawn' start method",
    ["fork-after-cuda-init"],
  ],
  [
    "An attempt has been made to start a new process before the current process has finished its bootstrapping phase.",
    ["missing-main-guard"],
  ],
  ['To fix this issue, refer to the "Safe importing of main module" section', ["missing-main-guard"]],
  ["TypeError: can't pickle _thread.lock objects", ["unpicklable-worker-args"]],
  ["AttributeError: Can't pickle local object 'main.<locals>.<lambda>'", ["unpicklable-worker-args"]],
  ["Can't get attribute 'X' on <module '__main__' (built-in)>", ["unpicklable-worker-args"]],
  [
    "Got pickle error when attempting to start a worker Process. This might be because the worker Process arguments are not picklable. Python 3.14+ changed the multiprocessing start method in non-Mac POSIX platforms to 'forkserver'",
    ["python314-forkserver-pickling"],
  ],
  [
    "ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).",
    ["shm-too-small"],
  ],
  [
    "RuntimeError: DataLoader worker (pid 12) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory. Please try to raise your shared memory limit.",
    ["shm-too-small"],
  ],
  ["unable to open shared memory object </torch_1_2> in read-write mode", ["shm-too-small"]],
  ["unable to allocate shared memory(shm) for file </torch_1_2>", ["shm-too-small"]],
  ["unable to mmap memory: you tried to mmap 0GB.", ["shm-too-small"]],
  ["RuntimeError: DataLoader worker (pid(s) 4, 5) exited unexpectedly", ["worker-oom-killed"]],
  [
    "OSError: [WinError 1455] The paging file is too small for this operation to complete",
    ["windows-pagefile-too-small"],
  ],
  ["RuntimeError: received 0 items of ancdata", ["open-file-limit"]],
  [
    "Too many open files. Communication with the workers is no longer possible. Please increase the limit using `ulimit -n` in the shell",
    ["open-file-limit"],
  ],
  [
    "This DataLoader will create 104 worker processes in total. Our suggested max number of worker in current system is 23 (`cpuset` is not taken into account)",
    ["too-many-workers"],
  ],
  ["DataLoader is not able to compute a suggested max number of worker in current system.", ["too-many-workers"]],
  ["RuntimeError: DataLoader timed out after 30 seconds", ["too-many-workers"]],
  [
    "DeprecationWarning: This process (pid=12) is multi-threaded, use of fork() may lead to deadlocks in the child.",
    ["fork-after-cuda-init"],
  ],
  ["The 'train_dataloader' does not have many workers which may be a bottleneck.", ["worker-overhead-small-dataset"]],
  [
    "Consider setting `persistent_workers=True` in 'train_dataloader' to speed up the dataloader worker initialization.",
    ["windows-spawn-slow-epochs"],
  ],
];

it.each(messages)("%s", (message, causes) => {
  const named = explainText(message).causes.map(({ cause }) => cause.id);
  expect(named[0]).toBe(causes[0]);
  expect(named).toEqual(expect.arrayContaining([...causes]));
});

it.each(messages)("is not too sure of a lone line: %s", (message, causes) => {
  const [best] = explainText(message).causes;
  if (causes.length > 1) expect(best?.confidence).toBeLessThan(0.9);
  expect(best?.confidence).toBeLessThanOrEqual(0.97);
});

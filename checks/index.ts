import type { Check } from "../src/diagnosis/check.ts";
import cudnn from "./cuda/cudnn.ts";
import libcuda from "./cuda/libcuda.ts";
import toolkit from "./cuda/toolkit.ts";
import visibleDevices from "./cuda/visible-devices.ts";
import wslLibraries from "./cuda/wsl-libraries.ts";
import frameworkArch from "./frameworks/arch.ts";
import frameworkCudnn from "./frameworks/cudnn.ts";
import frameworkDriver from "./frameworks/driver.ts";
import gpuBuild from "./frameworks/gpu-build.ts";
import frameworkInstalled from "./frameworks/installed.ts";
import pythonSupported from "./frameworks/python.ts";
import tfjsBinding from "./frameworks/tfjs-binding.ts";
import tfjsNode from "./frameworks/tfjs-node.ts";
import bars from "./gpu/bars.ts";
import clocks from "./gpu/clocks.ts";
import computeMode from "./gpu/compute-mode.ts";
import deviceNodes from "./gpu/device-nodes.ts";
import driverApi from "./gpu/driver-api.ts";
import driverBinding from "./gpu/driver-binding.ts";
import driverBranch from "./gpu/driver-branch.ts";
import driverFlavour from "./gpu/driver-flavour.ts";
import driverInstalled from "./gpu/driver-installed.ts";
import driverModule from "./gpu/driver-module.ts";
import driverPrime from "./gpu/driver-prime.ts";
import driverVersions from "./gpu/driver-versions.ts";
import fabricManager from "./gpu/fabric-manager.ts";
import health from "./gpu/health.ts";
import link from "./gpu/link.ts";
import gpuMemory from "./gpu/memory.ts";
import memoryErrors from "./gpu/memory-errors.ts";
import mig from "./gpu/mig.ts";
import nvml from "./gpu/nvml.ts";
import present from "./gpu/present.ts";
import wslDevice from "./gpu/wsl-device.ts";
import container from "./machine/container.ts";
import os from "./machine/os.ts";
import virtualization from "./machine/virtualization.ts";
import wslConfig from "./machine/wsl-config.ts";
import wslKernel from "./machine/wsl-kernel.ts";
import wslVersion from "./machine/wsl-version.ts";
import cpus from "./workers/cpus.ts";
import diskSpace from "./workers/disk-space.ts";
import filesystem from "./workers/filesystem.ts";
import memory from "./workers/memory.ts";
import openFiles from "./workers/open-files.ts";
import shm from "./workers/shm.ts";
import startMethod from "./workers/start-method.ts";

/** Every check, layer by layer; within a layer what explains more stands before what it explains. */
export const checks: readonly Check[] = [
  os,
  virtualization,
  container,
  wslVersion,
  wslKernel,
  wslConfig,

  wslDevice,
  present,
  bars,

  driverInstalled,
  driverBinding,
  driverPrime,
  driverBranch,
  driverFlavour,
  driverModule,

  deviceNodes,

  driverApi,
  driverVersions,
  nvml,
  health,
  memoryErrors,
  mig,
  computeMode,
  link,
  clocks,
  gpuMemory,
  fabricManager,

  wslLibraries,
  libcuda,
  visibleDevices,
  toolkit,
  cudnn,

  frameworkInstalled,
  gpuBuild,
  frameworkDriver,
  frameworkArch,
  frameworkCudnn,
  pythonSupported,
  tfjsBinding,
  tfjsNode,

  startMethod,
  shm,
  openFiles,
  cpus,
  memory,
  filesystem,
  diskSpace,
];

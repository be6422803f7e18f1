import { describe, expect, test } from "vitest";
import type { CheckReport } from "../../src/report/check-report.ts";
import {
  boundFiles,
  type Container,
  checkInside,
  checkOutside,
  id,
  overlayRoot,
  ownDev,
  ownDevices,
  plainRoot,
  whyNoContainer,
  whyNoGroup,
} from "./support/container.ts";
import { reasons, told } from "./support/expected.ts";

const pod = "0b9c6f1e-5a7d-4c33-9c53-0f1f4a1d2e6b";
const engineFiles = [
  ["resolv.conf", "/etc/resolv.conf"],
  ["hostname", "/etc/hostname"],
  ["hosts", "/etc/hosts"],
] as const;
const podHosts = [["etc-hosts", "/etc/hosts"]] as const;
const ownDisk = (folder: string): string =>
  `mkdir -p "$own/${folder}"; mount -t tmpfs -o mode=755 tmpfs "$own/${folder}"`;
const systemFolders = ["mount -t proc proc ./proc", "mount --rbind /sys ./sys", ...ownDev("2g")];

interface Case extends Container {
  /** `machine.containers` of the report. */
  readonly is: readonly string[];
  /** Causes that the same check does not give outside. */
  readonly adds?: readonly string[];
  readonly limits?: Partial<CheckReport["limits"]>;
}

const containers: Readonly<Record<string, Case>> = {
  "Docker's overlay": {
    root: overlayRoot("docker/overlay2"),
    inside: [": >./.dockerenv", ...ownDevices, ...boundFiles(`$own/docker/containers/${id}`, engineFiles)],
    is: ["docker"],
    adds: ["shm-too-small"],
    limits: { shmMiB: 64 },
  },
  "Docker's limits, by cgroups of version 1": {
    root: overlayRoot("docker/overlay2"),
    inside: [": >./.dockerenv", ...ownDevices],
    group: {
      path: `/docker/${id}`,
      settings: { "memory/memory.limit_in_bytes": "2G", "cpu/cpu.cfs_quota_us": "150000" },
    },
    is: ["docker"],
    adds: ["shm-too-small", "worker-oom-killed"],
    limits: { memoryMiB: 2048, shmMiB: 64 },
  },
  "Docker without an overlay, its folder a disk of its own": {
    root: [ownDisk("docker"), ...plainRoot],
    inside: [": >./.dockerenv", ...ownDevices, ...boundFiles(`$own/docker/containers/${id}`, engineFiles)],
    namespaces: ["--cgroup"],
    is: ["docker"],
    adds: ["shm-too-small"],
  },
  "Podman's overlay": {
    root: overlayRoot("containers/storage/overlay"),
    inside: [...ownDevices, "mkdir -p ./run; mount -t tmpfs run ./run; : >./run/.containerenv"],
    env: { container: "oci" },
    is: ["podman"],
    adds: ["shm-too-small"],
  },
  "Podman of a user who is not root": {
    root: plainRoot,
    inside: [
      ...ownDevices,
      ": >./run/.containerenv",
      ...boundFiles(`$own/run/containers/storage/overlay-containers/${id}/userdata`, engineFiles),
    ],
    env: { container: "podman" },
    rootless: true,
    is: ["podman"],
    adds: ["shm-too-small"],
  },
  "Kubernetes, by containerd": {
    root: overlayRoot("containerd/io.containerd.snapshotter.v1.overlayfs/snapshots"),
    inside: [...ownDevices, ...boundFiles(`$own/kubelet/pods/${pod}`, podHosts)],
    env: { KUBERNETES_SERVICE_HOST: "10.96.0.1" },
    group: { path: `/kubepods/burstable/pod${pod}/${id}`, settings: {} },
    is: ["kubernetes"],
    adds: ["shm-too-small"],
  },
  "Kubernetes without its variables, the kubelet's folder a disk of its own": {
    root: [ownDisk("kubelet"), ...plainRoot],
    inside: [...ownDevices, ...boundFiles(`$own/kubelet/pods/${pod}`, podHosts)],
    namespaces: ["--cgroup"],
    is: ["kubernetes"],
    adds: ["shm-too-small"],
  },
  LXC: {
    root: plainRoot,
    inside: systemFolders,
    initEnv: { container: "lxc" },
    group: { path: "/lxc.payload.web", settings: {} },
    is: ["lxc"],
  },
  Apptainer: {
    root: plainRoot,
    inside: [...systemFolders, "mkdir ./.singularity.d"],
    env: { APPTAINER_CONTAINER: "/data/torch.sif" },
    rootless: true,
    is: ["apptainer"],
  },
  "systemd-nspawn": {
    root: plainRoot,
    inside: [...systemFolders, "mkdir ./run/host; echo systemd-nspawn >./run/host/container-manager"],
    initEnv: { container: "systemd-nspawn" },
    is: ["other"],
  },
  "no engine: a stray /.dockerenv in an image": {
    root: plainRoot,
    inside: [...systemFolders, ": >./.dockerenv"],
    is: [],
  },
  "no engine: a live system on an overlay": { root: overlayRoot("live"), inside: systemFolders, is: [] },
  "no engine: a sandbox for desktop programs": {
    root: plainRoot,
    inside: [...systemFolders, "echo '[Application]' >./.flatpak-info"],
    env: { container: "flatpak" },
    rootless: true,
    is: [],
  },
};

const missing = whyNoContainer(false);
const missingRootless = whyNoContainer(true);
const missingGroup = whyNoGroup();

describe("a container by", () => {
  for (const [name, { is, adds = [], limits = {}, ...container }] of Object.entries(containers)) {
    const why = container.rootless ? missingRootless : (missing ?? (container.group ? missingGroup : null));
    if (why !== null) console.warn(`NOT RUN: a container by ${name}: ${why}`);
    test.runIf(why === null)(name, () => {
      const [inside, outside] = [checkInside(container), checkOutside(container.rootless)];
      expect(inside.machine).toMatchObject({ containers: is, container: is[0] ?? null, wsl: null });
      expect(inside.machine.hypervisor).toBe(outside.machine.hypervisor);
      expect(inside.verdict.status).toBe(outside.verdict.status);
      expect(inside.verdict.gpuTraining).toBe(outside.verdict.gpuTraining);
      const causes = inside.causes.map(({ id }) => id);
      expect(causes[0], reasons(inside)).toBe(outside.causes[0]?.id);
      expect([...causes].sort(), reasons(inside)).toEqual([...outside.causes.map(({ id }) => id), ...adds].sort());
      expect(told(inside).unknown, reasons(inside)).toBe(told(outside).unknown);
      expect(inside.limits).toMatchObject(limits);
    });
  }
});

describe.runIf(missing === null)("a sandbox that hides", () => {
  const hiding = (...inside: string[]) => checkInside({ root: plainRoot, inside: [...ownDev("2g"), ...inside] });

  test("/sys: whether there is a card is not known, and no cause is invented", () => {
    expect(told(hiding("mount -t proc proc ./proc"))).toMatchObject({
      verdict: "degraded unknown",
      causes: outsideWithoutGpu(),
      fail: "",
      unknown: "gpu.present driver.api cuda.libcuda",
    });
  });

  test("/proc and /sys: little is known, and it is said so", () => {
    expect(told(hiding())).toMatchObject({
      verdict: "degraded unknown",
      causes: outsideWithoutGpu(),
      fail: "",
      unknown: "gpu.present driver.api cuda.libcuda limits.open-files data.filesystem",
    });
  });

  test("the processes of others", () => {
    const report = hiding("mount -t proc -o hidepid=2 proc ./proc", "mount --rbind /sys ./sys");
    expect(told(report)).toEqual(told(checkOutside()));
  });
});

/** What is said outside of all but the GPU. */
function outsideWithoutGpu(): string {
  return checkOutside()
    .causes.filter(({ findings }) => !findings.includes("gpu.present"))
    .map(({ id }) => id)
    .join(" ");
}

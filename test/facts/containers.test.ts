import { expect, test } from "vitest";
import { containersProbe } from "../../src/facts/containers.ts";
import type { ContainerKind } from "../../src/facts/facts.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

const id = "3f8a1c9e5b7d2046a8c1e3f5b7d9204683f8a1c9e5b7d2046a8c1e3f5b7d9204";
const disk = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw";
const plainOverlay = "27 1 0:50 / / rw - overlay overlay rw";
const file = (path: string, root: string) => `60 27 254:1 ${root} ${path} rw - ext4 /dev/sda1 rw`;
const namespaced = { "/proc/self/cgroup": "0::/\n", "/proc/1/cgroup": "0::/\n" };
const mounts = (...lines: string[]) => ({ "/proc/self/mountinfo": lines });

const dockerOverlay = `27 1 0:50 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A:/var/lib/docker/overlay2/l/B,upperdir=/var/lib/docker/overlay2/c/diff`;
const podmanOverlay =
  "27 1 0:50 / / rw - overlay overlay rw,lowerdir=/home/u/.local/share/containers/storage/overlay/l/A,upperdir=/x";
const dockerFiles = [file("/etc/resolv.conf", `/var/lib/docker/containers/${id}/resolv.conf`)];

const cases: readonly { name: string; machine: Description; kinds: readonly ContainerKind[] }[] = [
  { name: "bare metal", machine: { files: { ...namespaced, ...mounts(disk) } }, kinds: [] },
  {
    name: "a VM whose disk was made from a Docker image",
    machine: {
      identity: { uid: 0, release: "6.18.44-fc-v509" },
      files: { "/.dockerenv": "", ...namespaced, ...mounts(disk) },
    },
    kinds: [],
  },
  {
    name: "the same with an overlay of its own",
    machine: {
      files: { "/.dockerenv": "", ...mounts("27 1 0:50 / / rw - overlay overlay rw,lowerdir=/rom,upperdir=/rw/up") },
    },
    kinds: [],
  },
  {
    name: "a live system",
    machine: { files: mounts("27 1 0:50 / / rw - overlay overlay rw,lowerdir=/run/live/rootfs") },
    kinds: [],
  },
  {
    name: "Docker",
    machine: { files: { "/.dockerenv": "", ...namespaced, ...mounts(dockerOverlay, ...dockerFiles) } },
    kinds: ["docker"],
  },
  {
    name: "Docker on btrfs",
    machine: { files: { "/.dockerenv": "", ...mounts(disk, ...dockerFiles) } },
    kinds: ["docker"],
  },
  {
    name: "Docker on btrfs, its folder a disk of its own",
    machine: { files: { "/.dockerenv": "", ...mounts(disk, file("/etc/hosts", `/containers/${id}/hosts`)) } },
    kinds: ["docker"],
  },
  {
    name: "a file of another folder that is called containers",
    machine: { files: mounts(disk, file("/etc/hosts", "/containers/web/hosts")) },
    kinds: [],
  },
  {
    name: "a pod whose kubelet has a disk of its own",
    machine: {
      files: mounts(disk, file("/etc/hosts", "/pods/0b9c6f1e-5a7d-4c33-9c53-0f1f4a1d2e6b/etc-hosts")),
    },
    kinds: ["kubernetes"],
  },
  {
    name: "Docker with an overlay that tells nothing",
    machine: { files: { "/.dockerenv": "", ...mounts(plainOverlay) } },
    kinds: ["docker"],
  },
  {
    name: "Docker by its control group (version 1)",
    machine: { files: { "/proc/self/cgroup": `4:memory:/docker/${id}\n` } },
    kinds: ["docker"],
  },
  {
    name: "Docker under systemd",
    machine: { files: { "/proc/self/cgroup": `0::/system.slice/docker-${id}.scope\n` } },
    kinds: ["docker"],
  },
  {
    name: "Docker Desktop in WSL2",
    machine: {
      identity: { release: "6.6.87.2-microsoft-standard-WSL2" },
      files: {
        "/.dockerenv": "",
        ...namespaced,
        ...mounts(
          "27 1 0:50 / / rw - overlay overlay rw,lowerdir=/var/lib/desktop-containerd/daemon/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs",
          file("/etc/hostname", `/data/docker/containers/${id}/hostname`),
        ),
      },
    },
    kinds: ["docker"],
  },
  {
    name: "a service of the Docker host is no container",
    machine: { files: { "/proc/self/cgroup": "0::/system.slice/docker.service\n" } },
    kinds: [],
  },
  {
    name: "Podman",
    machine: {
      env: { container: "podman" },
      files: { "/run/.containerenv": 'engine="podman-5.2.2"\n', ...namespaced, ...mounts(podmanOverlay) },
    },
    kinds: ["podman"],
  },
  {
    name: "Podman without its file",
    machine: {
      files: mounts(disk, file("/etc/hosts", `/run/user/1000/containers/overlay-containers/${id}/userdata/hosts`)),
    },
    kinds: ["podman"],
  },
  {
    name: "LXC with systemd",
    machine: { files: { "/run/systemd/container": "lxc\n", ...namespaced } },
    kinds: ["lxc"],
  },
  {
    name: "LXC by process 1, as root",
    machine: { identity: { uid: 0 }, files: { "/proc/1/environ": "TERM=linux\0container=lxc\0" } },
    kinds: ["lxc"],
  },
  {
    name: "a Proxmox container",
    machine: { files: mounts(disk, "70 22 0:60 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw") },
    kinds: ["lxc"],
  },
  {
    name: "an LXC host",
    machine: { files: mounts(disk, "70 22 0:60 / /var/lib/lxcfs rw - fuse.lxcfs lxcfs rw") },
    kinds: [],
  },
  {
    name: "Docker in LXC: the inner one first",
    machine: { files: { "/proc/self/cgroup": `4:memory:/lxc/ct101/docker/${id}\n` } },
    kinds: ["docker", "lxc"],
  },
  {
    name: "a pod on containerd",
    machine: {
      env: { KUBERNETES_SERVICE_HOST: "10.0.0.1" },
      files: {
        ...namespaced,
        ...mounts(
          "27 1 0:50 / / rw - overlay overlay rw,lowerdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/9/fs",
          file("/etc/hosts", "/var/lib/kubelet/pods/3c1f/etc-hosts"),
        ),
      },
    },
    kinds: ["kubernetes"],
  },
  {
    name: "a pod on Docker",
    machine: {
      files: {
        "/proc/self/cgroup": `4:memory:/kubepods/burstable/pod3c1f/${id}\n`,
        ...mounts(dockerOverlay, ...dockerFiles),
      },
    },
    kinds: ["kubernetes", "docker"],
  },
  {
    name: "a pod on CRI-O, which leaves the traces of Podman, with lxcfs",
    machine: {
      env: { KUBERNETES_SERVICE_HOST: "10.0.0.1", container: "oci" },
      files: {
        "/run/.containerenv": "",
        ...mounts(podmanOverlay, "70 22 0:60 / /proc/cpuinfo rw - fuse.lxcfs lxcfs rw"),
      },
      folders: { "/var/run/secrets/kubernetes.io/serviceaccount": [] },
    },
    kinds: ["kubernetes"],
  },
  {
    name: "Apptainer",
    machine: { env: { APPTAINER_CONTAINER: "/images/torch.sif" }, folders: { "/.singularity.d": [] } },
    kinds: ["apptainer"],
  },
  {
    name: "Apptainer with a Docker image",
    machine: { env: { SINGULARITY_CONTAINER: "/t.sif" }, files: { "/.dockerenv": "" } },
    kinds: ["apptainer"],
  },
  {
    name: "systemd-nspawn",
    machine: { files: { "/run/host/container-manager": "systemd-nspawn\n" } },
    kinds: ["other"],
  },
  {
    name: "an engine of its own on containerd",
    machine: {
      files: mounts(
        "27 1 0:50 / / rw - overlay overlay rw,lowerdir=/var/lib/x/io.containerd.snapshotter.v1.overlayfs/1",
      ),
    },
    kinds: ["other"],
  },
  { name: "flatpak's word is no container of ours", machine: { env: { container: "flatpak" } }, kinds: [] },
  { name: "a word that every object knows", machine: { env: { container: "constructor" } }, kinds: [] },
  { name: "Windows", machine: { identity: { platform: "win32" }, env: { container: "docker" } }, kinds: [] },
];

test.each(cases)("$name", async ({ machine, kinds }) => {
  const fact = await containersProbe.look(composed(machine), {}, {});
  expect(fact.state === "value" ? fact.value.map(({ kind }) => kind) : []).toEqual(kinds);
  expect(fact.state).toBe(kinds.length > 0 ? "value" : "absent");
});

test("a lone /.dockerenv is no container, but stays in the evidence", async () => {
  const fact = await containersProbe.look(composed({ files: { "/.dockerenv": "", ...mounts(disk) } }), {}, {});
  expect(fact).toEqual({ state: "absent", evidence: [{ source: "/.dockerenv", excerpt: "/.dockerenv" }] });
});

test("process 1 is not asked where the container is already known", async () => {
  const host = composed({ identity: { uid: 0 }, env: { container: "podman" } });
  const asked: string[] = [];
  const readFile = (path: string) => {
    asked.push(path);
    return host.readFile(path);
  };
  await containersProbe.look({ ...host, readFile }, {}, {});
  expect(asked).not.toContain("/proc/1/environ");
});

test("a mount table that cannot be read leaves it open", async () => {
  const host = composed({ files: { "/proc/self/mountinfo": { trouble: "denied" } } });
  expect((await containersProbe.look(host, {}, {})).state).toBe("unknown");
});

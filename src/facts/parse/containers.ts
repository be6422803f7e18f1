import { excerpt } from "../../text/plain.ts";
import type { ContainerFacts, ContainerKind, Signal } from "../facts.ts";
import { parseCgroup } from "./cgroup.ts";
import { isBelow, type Mount } from "./mountinfo.ts";
import { combinedWeight } from "./signals.ts";

/** A sign of one kind of container; null: of some container. */
export interface ContainerSignal extends Signal {
  readonly kind: ContainerKind | null;
}

/**
 * A kind is reported from this confidence on. A lone /.dockerenv (0.35) stays below it: it survives in every disk image
 * that was made from a container.
 */
const threshold = 0.6;

/** Inner kinds first: Apptainer runs inside a pod, a pod's container on Docker, and all of them inside LXC. */
const innermostFirst: readonly ContainerKind[] = ["apptainer", "kubernetes", "docker", "podman", "other", "lxc"];

/**
 * The containers that the signals prove, innermost first. Signs of some container strengthen the one that is best
 * proved; where none is named they count as "other".
 */
export function containersOf(signals: readonly ContainerSignal[]): ContainerFacts[] {
  const general = signals.filter(({ kind }) => kind === null);
  const named = innermostFirst.flatMap((kind) => {
    const own = signals.filter((signal) => signal.kind === kind);
    return own.length > 0 ? [{ kind, own, weight: combinedWeight(own) }] : [];
  });
  const best = [...named].sort((a, b) => b.weight - a.weight)[0];
  const found = named
    .map(({ kind, own }) => facts(kind, kind === best?.kind ? [...own, ...general] : own))
    .filter(({ confidence }) => confidence >= threshold);
  if (found.length > 0) return found.some(({ kind }) => kind === "kubernetes") ? found.filter(besidePod) : found;
  return combinedWeight(general) >= threshold ? [facts("other", general)] : [];
}

/** In a pod, CRI-O leaves the very traces of Podman, and lxcfs is mounted to show the pod's own figures. */
function besidePod({ kind, signals }: ContainerFacts): boolean {
  return kind !== "podman" && !(kind === "lxc" && signals.every(({ says }) => says === lxcfsSays));
}

function facts(kind: ContainerKind, signals: readonly ContainerSignal[]): ContainerFacts {
  const confidence = Math.round(combinedWeight(signals) * 100) / 100;
  return { kind, confidence, signals: signals.map(({ kind: _, ...signal }) => signal) };
}

const managers: Readonly<Record<string, ContainerKind>> = {
  docker: "docker",
  podman: "podman",
  lxc: "lxc",
  "lxc-libvirt": "lxc",
  apptainer: "apptainer",
  singularity: "apptainer",
  "systemd-nspawn": "other",
  garden: "other",
  rkt: "other",
};

/**
 * The manager's own word: `container=` in the environment, /run/systemd/container, /run/host/container-manager
 * (https://systemd.io/CONTAINER_INTERFACE). Other words, such as "flatpak" or "wsl", name no container of ours.
 */
export function managerSignal(word: string | undefined, source: string): ContainerSignal[] {
  const name = (word ?? "").trim();
  // Base images of Red Hat set "oci" under every engine.
  const kind = name === "oci" ? null : Object.hasOwn(managers, name) ? managers[name] : undefined;
  return kind === undefined ? [] : [{ kind, says: "the manager names itself", source, excerpt: name, weight: 0.85 }];
}

/** Container ids have 64 hexadecimal digits (12 in short); paths of services such as docker.service do not match. */
const cgroupSigns: readonly { kind: ContainerKind; match: RegExp }[] = [
  { kind: "kubernetes", match: /\/kubepods(?:[./-]|$)/ },
  { kind: "docker", match: /\/docker[/-][0-9a-f]{12,64}\b/ },
  { kind: "podman", match: /\/libpod(?:-conmon)?[/-][0-9a-f]{12,64}\b/ },
  { kind: "lxc", match: /\/lxc(?:\.payload[./]|\/)[^/]+/ },
  { kind: "other", match: /\/(?:machine\.slice\/machine-|garden\/|nerdctl\/)[^/]+/ },
];

/** Signals of /proc/self/cgroup and /proc/1/cgroup; inside a cgroup namespace they say "/" and prove nothing. */
export function cgroupSignals(text: string, source: string): ContainerSignal[] {
  const paths = parseCgroup(text).map(({ path }) => path);
  return cgroupSigns.flatMap(({ kind, match }) => {
    const path = paths.find((each) => match.test(each));
    if (path === undefined) return [];
    return [{ kind, says: "the process is in its control group", source, excerpt: excerpt(path, 1), weight: 0.9 }];
  });
}

const boundFiles = ["/etc/resolv.conf", "/etc/hostname", "/etc/hosts"];

/**
 * Where engines keep the files that they mount into a container; told by the mount's root, which begins at the file
 * system: where the engine's folder is a disk of its own, the folder's name is not in it.
 */
const fileSigns: readonly { kind: ContainerKind; match: RegExp }[] = [
  { kind: "kubernetes", match: /\/kubelet\/pods\/|^\/pods\/[0-9a-f-]{32,36}\/etc-hosts$/ },
  { kind: "docker", match: /(?:^|\/)docker\/containers\/[0-9a-f]{12,64}\// },
  { kind: "docker", match: /^\/containers\/[0-9a-f]{64}\/(?:resolv\.conf|hostname|hosts)$/ },
  { kind: "podman", match: /(?:^|\/)(?:overlay|vfs|btrfs|zfs)-containers\/[0-9a-f]{12,64}\/userdata\// },
];

/** Where engines keep the layers of their images. */
const layerSigns: readonly { kind: ContainerKind | null; match: RegExp; weight: number }[] = [
  { kind: "docker", match: /\/docker\/(?:overlay2|rootfs\/overlayfs)\//, weight: 0.85 },
  { kind: "podman", match: /\/containers\/storage\/overlay\//, weight: 0.7 },
  { kind: null, match: /io\.containerd\.snapshotter/, weight: 0.8 },
];

const lxcfsSays = "lxcfs stands in for the kernel's figures";

/** Signals of /proc/self/mountinfo. */
export function mountSignals(mounts: readonly Mount[]): ContainerSignal[] {
  const source = "/proc/self/mountinfo";
  const signals: ContainerSignal[] = [];
  for (const { kind, match } of fileSigns) {
    const file = mounts.find(({ mountPoint, root }) => boundFiles.includes(mountPoint) && match.test(root));
    if (file === undefined) continue;
    const seen = `${file.mountPoint} from ${file.root}`;
    signals.push({ kind, says: "the engine provides this file", source, excerpt: seen, weight: 0.9 });
  }
  const lxcfs = mounts.find(({ type, mountPoint }) => type === "fuse.lxcfs" && isBelow(mountPoint, "/proc"));
  if (lxcfs !== undefined) {
    const seen = `${lxcfs.mountPoint} lxcfs`;
    signals.push({ kind: "lxc", says: lxcfsSays, source, excerpt: seen, weight: 0.7 });
  }
  return [...signals, ...rootSignals(mounts.findLast(({ mountPoint }) => mountPoint === "/"))];
}

function rootSignals(root: Mount | undefined): ContainerSignal[] {
  if (root?.type !== "overlay") return [];
  const source = "/proc/self/mountinfo";
  const layers = layerSigns.find(({ match }) => match.test(root.options.slice(0, 65_536)));
  if (layers !== undefined) {
    const seen = excerpt(layers.match.exec(root.options)?.[0] ?? "", 1);
    return [{ kind: layers.kind, says: "image layers below /", source, excerpt: seen, weight: layers.weight }];
  }
  // Live systems and read-only appliances use an overlay of their own, whose layers lie elsewhere.
  const weight = root.options.includes("lowerdir=") ? 0.1 : 0.45;
  return [{ kind: null, says: "/ is an overlay", source, excerpt: "/ overlay", weight }];
}

import type { Answer, FileStat, Host } from "../host/host.ts";
import { absent, unknown, value } from "./fact.ts";
import type { ContainerKind } from "./facts.ts";
import { textOf, whyNot } from "./parse/answers.ts";
import { type ContainerSignal, cgroupSignals, containersOf, managerSignal, mountSignals } from "./parse/containers.ts";
import { parseMountinfo } from "./parse/mountinfo.ts";
import { signalEvidence } from "./parse/signals.ts";
import type { Probe } from "./probe.ts";

/** The containers around this process: several signs are weighed, and a weak one alone is no container. */
export const containersProbe: Probe<"containers"> = {
  subject: "containers",
  needs: [],
  async look(host) {
    if (host.identity.platform !== "linux") return absent();
    const mountinfo = await host.readFile("/proc/self/mountinfo");
    const mounts = parseMountinfo(textOf(mountinfo));
    const signals = [...mountSignals(mounts), ...environmentSignals(host.env), ...(await fileSignals(host))];
    const found = containersOf(signals);
    if (found.length > 0) return value(found, ...signalEvidence(found.flatMap((each) => each.signals)));
    const all = [...signals, ...(await initSignals(host))];
    const byInit = containersOf(all);
    if (byInit.length > 0) return value(byInit, ...signalEvidence(byInit.flatMap((each) => each.signals)));
    // No process is without mounts.
    const unread = mountinfo.ok ? mounts.length === 0 : mountinfo.trouble !== "missing";
    if (unread) return unknown(whyNot("/proc/self/mountinfo", mountinfo));
    return absent(...signalEvidence(all));
  },
};

const variables: readonly { name: string; kind: ContainerKind; weight: number }[] = [
  { name: "APPTAINER_CONTAINER", kind: "apptainer", weight: 0.85 },
  { name: "SINGULARITY_CONTAINER", kind: "apptainer", weight: 0.85 },
  { name: "KUBERNETES_SERVICE_HOST", kind: "kubernetes", weight: 0.7 },
];

function environmentSignals(env: Host["env"]): ContainerSignal[] {
  const set = variables.flatMap(({ name, kind, weight }): ContainerSignal[] => {
    const given = env[name];
    return given ? [{ kind, says: "set in every such container", source: `$${name}`, excerpt: given, weight }] : [];
  });
  return [...set, ...managerSignal(env.container, "$container")];
}

interface FileSign {
  readonly path: string;
  readonly kind: ContainerKind;
  readonly weight: number;
  readonly says: string;
}

const fileSigns: readonly FileSign[] = [
  { path: "/run/.containerenv", kind: "podman", weight: 0.9, says: "Podman puts this file there" },
  // Left behind in disk images that were made from a container.
  { path: "/.dockerenv", kind: "docker", weight: 0.35, says: "Docker puts this file there, and images keep it" },
  { path: "/.singularity.d", kind: "apptainer", weight: 0.7, says: "Apptainer's own folder" },
  { path: "/var/run/secrets/kubernetes.io", kind: "kubernetes", weight: 0.7, says: "the pod's service account" },
  { path: "/dev/.lxc", kind: "lxc", weight: 0.7, says: "LXC's own folder" },
];

async function fileSignals(host: Host): Promise<ContainerSignal[]> {
  const [stats, ownCgroup, initCgroup, systemd, manager] = await Promise.all([
    Promise.all(fileSigns.map(({ path }) => host.stat(path))),
    host.readFile("/proc/self/cgroup"),
    host.readFile("/proc/1/cgroup"),
    host.readFile("/run/systemd/container"),
    host.readFile("/run/host/container-manager"),
  ]);
  const own = cgroupSignals(textOf(ownCgroup), "/proc/self/cgroup");
  const init = cgroupSignals(textOf(initCgroup), "/proc/1/cgroup");
  return [
    ...fileSigns.flatMap((sign, at) => signalOfFile(sign, stats[at])),
    ...own,
    ...init.filter(({ kind }) => !own.some((each) => each.kind === kind)),
    ...managerSignal(textOf(systemd), "/run/systemd/container"),
    ...managerSignal(textOf(manager), "/run/host/container-manager"),
  ];
}

function signalOfFile({ path, kind, weight, says }: FileSign, stat: Answer<FileStat> | undefined): ContainerSignal[] {
  return stat?.ok ? [{ kind, says, source: path, excerpt: path, weight }] : [];
}

/**
 * The environment of process 1, which root may read. Asked only where nothing else has told: in a container it holds
 * the user's own variables, and a recording need not carry those.
 */
async function initSignals(host: Host): Promise<ContainerSignal[]> {
  if (host.identity.uid !== 0) return [];
  const environ = textOf(await host.readFile("/proc/1/environ"));
  const word = environ.split("\0").find((each) => each.startsWith("container="));
  return managerSignal(word?.slice("container=".length), "/proc/1/environ");
}

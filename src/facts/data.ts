import { posix, win32 } from "node:path";
import type { Host } from "../host/host.ts";
import { message, type Said } from "../text/message.ts";
import { type Evidence, type Fact, unknown, value } from "./fact.ts";
import type { DataFacts } from "./facts.ts";
import { textOf, whyNot } from "./parse/answers.ts";
import { mountOf, parseMountinfo } from "./parse/mountinfo.ts";
import type { Probe } from "./probe.ts";

const texts = {
  noSize: message("{path}: the file system does not tell its size", "{path}：文件系统没有给出大小"),
  linuxOnly: message("the mount table is read on Linux only", "仅在 Linux 上读取挂载表"),
};

/** On which file system the data lies (--data, else the working folder), and how much room is left there. */
export const dataProbe: Probe<"data"> = {
  subject: "data",
  needs: [],
  async look(host, look) {
    const style = host.identity.platform === "win32" ? win32 : posix;
    const path = style.resolve(host.identity.cwd, look.data ?? ".");
    const [freeMiB, mount] = await Promise.all([
      free(host, path),
      host.identity.platform === "linux" ? linuxMount(host, path) : otherMount(host, path),
    ]);
    return value({ path, ...mount, freeMiB });
  },
};

type MountFacts = Pick<DataFacts, "filesystem" | "mountPoint" | "mountSource">;

async function free(host: Host, path: string): Promise<Fact<number>> {
  const space = await host.space(path);
  if (!space.ok) return unknown(whyNot(path, space));
  const { totalBytes, freeBytes } = space.value;
  const told = totalBytes > 0 && freeBytes >= 0;
  return told ? value(Math.floor(freeBytes / 2 ** 20)) : unknown(texts.noSize({ path }));
}

async function linuxMount(host: Host, path: string): Promise<MountFacts> {
  const [real, mountinfo] = await Promise.all([host.realPath(path), host.readFile("/proc/self/mountinfo")]);
  if (!real.ok) return nothingKnown(whyNot(path, real));
  const mount = mountOf(real.value, parseMountinfo(textOf(mountinfo)));
  if (mount === undefined) return nothingKnown(whyNot("/proc/self/mountinfo", mountinfo));
  const shown: Evidence = {
    source: "/proc/self/mountinfo",
    excerpt: `${mount.mountPoint} ${mount.source} ${mount.type}`,
  };
  return {
    filesystem: value(mount.type, shown),
    mountPoint: value(mount.mountPoint, shown),
    mountSource: value(mount.source, shown),
  };
}

/** Windows' names of a distro's folders, served over 9p: \\wsl.localhost\Ubuntu, \\wsl$\Ubuntu. */
const wslShare = /^[\\/]{2}wsl(?:\.localhost|\$)[\\/][^\\/]+/i;

async function otherMount(host: Host, path: string): Promise<MountFacts> {
  const share = host.identity.platform === "win32" ? wslShare.exec(path)?.[0] : undefined;
  if (share === undefined) return nothingKnown(texts.linuxOnly());
  return { filesystem: value("9p"), mountPoint: value(share), mountSource: value(share) };
}

function nothingKnown(reason: Said): MountFacts {
  return { filesystem: unknown(reason), mountPoint: unknown(reason), mountSource: unknown(reason) };
}

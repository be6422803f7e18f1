import { expect, test } from "vitest";
import { dataProbe } from "../../src/facts/data.ts";
import { composed } from "../support/machine.ts";

const mounts = [
  "22 1 254:0 / / rw,relatime - ext4 /dev/sda2 rw",
  "23 22 0:21 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\;uid=1000,msize=65536,trans=fd",
  "24 22 0:22 / /mnt/my\\040data rw - nfs4 nas:/export/my\\040data rw,vers=4.2",
  "25 22 0:23 / /mnt/hgfs rw - fuse.vmhgfs-fuse vmhgfs-fuse rw",
  "26 22 0:24 / /dev/shm rw - tmpfs tmpfs rw",
  "27 26 0:25 / /dev/shm rw - ramfs hidden rw",
  "28 22 0:26 / /data rw - virtiofs share rw",
  "29 28 0:27 / /data/deep rw - overlay overlay rw,lowerdir=/a",
  "30 22 0:28 / /mnt/d rw - drvfs D: rw",
  "not a mount",
];

test.each([
  { path: "/home/user/project/images", type: "ext4", point: "/", source: "/dev/sda2" },
  { path: "/mnt/c/Users/user/data", type: "9p", point: "/mnt/c", source: "C:\\" },
  { path: "/mnt/c", type: "9p", point: "/mnt/c", source: "C:\\" },
  { path: "/mnt/cache", type: "ext4", point: "/", source: "/dev/sda2" },
  { path: "/mnt/my data/coco", type: "nfs4", point: "/mnt/my data", source: "nas:/export/my data" },
  { path: "/mnt/hgfs/share", type: "fuse.vmhgfs-fuse", point: "/mnt/hgfs", source: "vmhgfs-fuse" },
  { path: "/dev/shm/x", type: "ramfs", point: "/dev/shm", source: "hidden" },
  { path: "/data/images", type: "virtiofs", point: "/data", source: "share" },
  { path: "/data/deep/images", type: "overlay", point: "/data/deep", source: "overlay" },
  { path: "/mnt/d/x", type: "drvfs", point: "/mnt/d", source: "D:" },
])("$path lies on $type", async ({ path, type, point, source }) => {
  const host = composed({ files: { "/proc/self/mountinfo": mounts }, folders: { [path]: [] } });
  const data = await dataProbe.look(host, { data: path }, {});
  expect(data).toMatchObject({
    value: { path, filesystem: { value: type }, mountPoint: { value: point }, mountSource: { value: source } },
  });
});

test("a link counts as where it leads, a relative path from the working folder", async () => {
  const host = composed({
    files: { "/proc/self/mountinfo": mounts },
    folders: { "/mnt/c/data": [] },
    realPaths: { "/home/user/project/data": "/mnt/c/data" },
    spaces: { "/": { totalBytes: 1e12, freeBytes: 2 ** 30 } },
  });
  const data = await dataProbe.look(host, { data: "data" }, {});
  expect(data).toMatchObject({
    value: { path: "/home/user/project/data", filesystem: { value: "9p" }, freeMiB: { value: 1024 } },
  });
});

test("without --data the working folder is meant", async () => {
  const data = await dataProbe.look(composed({ files: { "/proc/self/mountinfo": mounts } }), {}, {});
  expect(data).toMatchObject({ value: { path: "/home/user/project", filesystem: { value: "ext4" } } });
});

test("a folder that is not there", async () => {
  const host = composed({ files: { "/proc/self/mountinfo": mounts } });
  const data = await dataProbe.look(host, { data: "/nowhere" }, {});
  expect(data).toMatchObject({
    value: { path: "/nowhere", filesystem: { state: "unknown", reason: { en: "/nowhere: no such file or folder" } } },
  });
});

test("Windows: no mount table, but a distro's share is known as 9p", async () => {
  const host = composed({ identity: { platform: "win32" } });
  const local = await dataProbe.look(host, {}, {});
  expect(local).toMatchObject({ value: { path: "C:\\Users\\user\\project", filesystem: { state: "unknown" } } });
  const share = await dataProbe.look(host, { data: "\\\\wsl.localhost\\Ubuntu\\home\\user" }, {});
  expect(share).toMatchObject({
    value: { filesystem: { value: "9p" }, mountPoint: { value: "\\\\wsl.localhost\\Ubuntu" } },
  });
});

import { expect, test } from "vitest";
import { mountGuard, networkMounts } from "../../src/host/mounts.ts";

const mounts = `
proc /proc proc rw 0 0
/dev/sda1 / ext4 rw 0 0
C:\\134 /mnt/c 9p rw,aname=drvfs;path=C:\\;uid=1000 0 0
lxcfs /proc/meminfo fuse.lxcfs rw 0 0
nas:/x /data\\040sets nfs4 rw,hard 0 0
share /mnt/vm 9p rw,trans=virtio 0 0
jo@far: /far fuse.sshfs rw 0 0
tmpfs /dev/shm tmpfs rw 0 0
`;

test("network mounts are told by their type", () => {
  expect(networkMounts(mounts).map(({ target }) => target)).toEqual(["/data sets", "/mnt/vm", "/far"]);
});

test("a silent mount is asked once, and nothing below it is touched", async () => {
  const asked: string[] = [];
  const responds = async ({ target }: { readonly target: string }) => {
    asked.push(target);
    return target !== "/far";
  };
  const guard = mountGuard(async () => networkMounts(mounts), responds, "/far/work");
  expect(await guard("/far/x")).toBe("the fuse.sshfs mount /far does not answer");
  expect(await guard("here")).not.toBeNull();
  expect(await guard("/far")).not.toBeNull();
  for (const path of ["/farther", "/", "/data sets/a", "/data sets/b", "/mnt/c/x"])
    expect(await guard(path)).toBeNull();
  expect(asked).toEqual(["/far", "/data sets"]);
});

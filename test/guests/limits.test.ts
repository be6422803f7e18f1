import { expect, test } from "vitest";
import type { CheckReport } from "../../src/report/check-report.ts";
import { copied } from "./support/cpio.ts";
import { debian } from "./support/debian.ts";
import { describeGuests } from "./support/describe-guests.ts";
import { reasons, told } from "./support/expected.ts";
import { type Guest, withGuest } from "./support/guest.ts";
import { desktop } from "./support/hardware.ts";

const b = "/init.d/busybox";
const group = "/sys/fs/cgroup";

/** The check, started from a shell of its own after `lines`, so that what these set ends with it. */
async function checkIn(guest: Guest, lines: readonly string[]): Promise<CheckReport> {
  const script = [...lines, 'node /opt/envdoctor.mjs check --json; exit "$?"'].join("\n");
  await guest.sh(`${b} printf '%s\\n' ${quoted(script)} >/tmp/script`);
  const { output } = await guest.sh(`${b} sh /tmp/script`);
  return JSON.parse(output) as CheckReport;
}

const quoted = (text: string): string =>
  text
    .split("\n")
    .map((line) => `'${line.replaceAll("'", "'\\''")}'`)
    .join(" ");

const unlimited = {
  hypervisor: null,
  verdict: "degraded no",
  causes: "no-nvidia-gpu-hardware framework-not-installed",
  fail: "gpu.present",
  warn: "frameworks.installed",
  unknown: "",
};

describeGuests("limits of a guest", "cloud-amd64", (kernel) => {
  test("cgroups of version 2, a small /dev/shm, few open files, fewer processors, with and without a namespace", async () => {
    const own = debian(kernel);
    await withGuest(
      kernel,
      { ...own, ...desktop, cpus: 2, entries: [...(own.entries ?? []), copied("/usr/bin/unshare", "init.d/unshare")] },
      async (guest) => {
        const free = await checkIn(guest, []);
        expect(free.limits).toMatchObject({ cpus: 2, openFiles: 1024 });
        expect(told(free), reasons(free)).toEqual(unlimited);

        await guest.sh(`${b} mount -t cgroup2 cgroup ${group}`);
        await guest.sh(`echo '+cpu +memory +cpuset' >${group}/cgroup.subtree_control`);
        await guest.sh(`${b} mkdir -p ${group}/jobs`);
        await guest.sh(`echo '+cpu +memory' >${group}/jobs/cgroup.subtree_control`);
        await guest.sh(`${b} mkdir -p ${group}/jobs/one`);
        await guest.sh(`echo '150000 100000' >${group}/jobs/cpu.max; echo 50000 >${group}/jobs/one/cpu.max`);
        await guest.sh(`echo 1G >${group}/jobs/memory.max; echo 2G >${group}/jobs/one/memory.max`);
        const enter = `echo $$ >${group}/jobs/one/cgroup.procs`;

        const inGroup = await checkIn(guest, [enter]);
        // Half a processor by the group's own quota, 1 GiB by its parent's limit.
        expect(inGroup.limits).toMatchObject({ cpus: 1, memoryMiB: 1024, openFiles: 1024 });
        expect(told(inGroup), reasons(inGroup)).toEqual({
          ...unlimited,
          causes: `${unlimited.causes} worker-oom-killed`,
          warn: "frameworks.installed limits.memory",
        });

        const all = await checkIn(guest, [
          enter,
          `${b} mount -o remount,size=64M /dev/shm`,
          "ulimit -n 256",
          `${b} taskset -p 1 $$ >/dev/null`,
        ]);
        expect(all.limits).toEqual({ cpus: 1, memoryMiB: 1024, shmMiB: 64, openFiles: 256 });
        expect(told(all), reasons(all)).toEqual({
          ...unlimited,
          causes: `${unlimited.causes} shm-too-small open-file-limit worker-oom-killed`,
          warn: "frameworks.installed limits.shm limits.open-files limits.memory",
        });
        await guest.sh(`${b} mount -o remount,size=2G /dev/shm`);

        // As in a container: the namespace hides the path of the group, and the mount shows its files as the root's.
        const inside = [
          enter,
          `exec /init.d/unshare -m -C ${b} sh -c '${b} umount ${group}; ${b} mount -t cgroup2 cgroup ${group}; node /opt/envdoctor.mjs check --json'`,
        ];
        const contained = await checkIn(guest, inside);
        expect(contained.limits).toMatchObject({ cpus: 1, memoryMiB: 2048 });
      },
    );
  });
});

import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { program } from "./build.ts";
import { copied, cpio, type Entry, fileMode, programMode, withFolders } from "./cpio.ts";

/**
 * A shell of its own under /init.d, outside PATH, brings the guest up and then does what the serial line says. No other
 * program is there but Node.
 */
const init = `#!/init.d/busybox sh
b=/init.d/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
$b mkdir -p /dev/shm /tmp /run
$b mount -t tmpfs shm /dev/shm
$b mount -t tmpfs tmp /tmp
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
cd /root
exec </dev/ttyS0 >/dev/ttyS0 2>&1
$b stty raw -echo
echo @@@up
while read -r line; do
  eval "$line"
  b_code=$?; echo; echo "@@@done $b_code"
done
`;

/** What every guest has: Node with its libraries, the program in one file, and the shell that drives it. */
export function baseArchive(): Buffer {
  return cpio(
    withFolders([
      { path: "init", mode: programMode, content: Buffer.from(init) },
      copied("/bin/busybox", "init.d/busybox"),
      copied(realpathSync(process.execPath), "usr/bin/node"),
      ...librariesOf(process.execPath),
      copied(program, "opt/envdoctor.mjs"),
      ...["proc", "sys", "dev", "tmp", "run", "root"].map((name) => text(`${name}/.keep`, "")),
    ]),
  );
}

/** Files of one guest, put over the base. */
export function overlayArchive(files: Readonly<Record<string, string | Buffer>>, entries: readonly Entry[]): Buffer {
  const own = Object.entries(files).map(([path, content]) => text(path.replace(/^\//, ""), content));
  return cpio(withFolders([...own, ...entries]));
}

function text(path: string, content: string | Buffer): Entry {
  return { path, mode: fileMode, content: Buffer.from(content) };
}

/** The libraries that the loader takes for a program, and the loader itself, each at its own path. */
function librariesOf(path: string): Entry[] {
  const listed = execFileSync("ldd", [path], { encoding: "utf8" });
  const paths = [...listed.matchAll(/(\/\S+) \(0x/g)].map((found) => found[1] ?? "");
  return [...new Set(paths)].map((each) => copied(realpathSync(each), each.slice(1)));
}

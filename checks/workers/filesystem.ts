import { cannotTell, check, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { known, whyUnknown } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { inWsl2, onLinux } from "../situation.ts";

const texts = {
  untold: message("the mount table does not tell", "挂载表中没有该信息"),
  noFolder: message("no folder to look at", "没有可查看的目录"),
  title: message("File system of the data", "数据所在文件系统"),
  found: message("{type} on {mount}", "{type}，挂载于 {mount}"),
  wanted: message("a folder of the Linux file system, such as ~/data", "Linux 文件系统中的目录，例如 ~/data"),
  windows: message(
    "{path} lies on a Windows drive; each file that is read from it crosses the border of the virtual machine.",
    "{path} 位于 Windows 磁盘上，每次读取文件都要跨越虚拟机边界。",
  ),
  remote: message(
    "{path} is reached over {type}: many small files are slow there, and workers help only so far.",
    "{path} 通过 {type} 访问：读取大量小文件会很慢，增加 worker 的作用有限。",
  ),
};

const remote =
  /^(?:nfs|nfs4|cifs|smb3|smbfs|fuse\.sshfs|fuse\.vmhgfs-fuse|vmhgfs|vboxsf|prl_fs|virtiofs|9p|fuse\.s3fs|fuse\.gcsfuse|ceph|lustre|beegfs)$/;

export default check({
  id: "data.filesystem",
  layer: "workers",
  impact: "speed",
  after: [],
  title: texts.title(),
  // Elsewhere there is no mount table to read.
  appliesTo: (facts) => onLinux(facts) || hasFilesystem(facts),
  judge(facts) {
    if (facts.data.state !== "value") return cannotTell(whyUnknown(facts.data) ?? texts.noFolder());
    const { path, filesystem, mountPoint, mountSource } = facts.data.value;
    const type = known(filesystem);
    if (type === undefined) return cannotTell(whyUnknown(filesystem) ?? texts.untold());
    const mount = known(mountPoint) ?? path;
    const found = texts.found({ type, mount });
    if (inWsl2(facts) && onWindowsDrive(type, mount, known(mountSource) ?? "")) {
      const evidence = evidenceOr(
        { source: `findmnt --target ${path}`, excerpt: `${mount} ${type}` },
        filesystem,
        mountPoint,
      );
      const suspicions = [suspect("wsl-windows-drive-slow", 0.9, ...evidence)];
      return warn({ found, wanted: texts.wanted(), detail: texts.windows({ path }), suspicions, evidence });
    }
    return pass(found, remote.test(type) ? { detail: texts.remote({ path, type }) } : {});
  },
});

function hasFilesystem({ data }: Facts): boolean {
  return data.state === "value" && data.value.filesystem.state === "value";
}

/** WSL2 mounts the Windows drives as 9p or virtiofs (source "C:\"); other 9p mounts are its own. */
function onWindowsDrive(type: string, mount: string, source: string): boolean {
  if (type === "drvfs") return true;
  return (
    /^(?:9p|virtiofs)$/.test(type) &&
    (/^[A-Za-z]:/.test(source) || /^(?:drvfs|\/mnt\/[a-z]$)/.test(source) || /^\/mnt\/[a-z](?:\/|$)/.test(mount))
  );
}

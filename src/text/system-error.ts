import { message, type Said, verbatim } from "./message.ts";

const texts = {
  ENOENT: message("no such file or folder", "没有这个文件或目录"),
  EACCES: message("permission denied", "没有权限"),
  EPERM: message("not permitted", "不允许此操作"),
  EISDIR: message("it is a folder", "这是一个目录"),
  ENOTDIR: message("a part of the path is no folder", "路径中有一部分不是目录"),
  EROFS: message("the file system is read-only", "文件系统是只读的"),
  ENOSPC: message("no space left on the device", "磁盘空间已满"),
  ELOOP: message("too many symbolic links", "符号链接层数过多"),
  ENAMETOOLONG: message("the name is too long", "名称过长"),
  EBUSY: message("it is in use", "正被占用"),
  EMFILE: message("too many open files", "打开的文件过多"),
  EIO: message("input/output error", "输入/输出错误"),
};

/** Why the system refused, in words; what has none here is told as the system told it. */
export function systemError(error: unknown): Said {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code in texts) return texts[code as keyof typeof texts]();
  return verbatim(error instanceof Error ? error.message : String(error));
}

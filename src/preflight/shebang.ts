import type { Host } from "../host/host.ts";

/** Linux reads no more of it. Source: BINPRM_BUF_SIZE, include/uapi/linux/binfmts.h */
const longest = 256;

/** The words of a file's `#!` line; null where it has none or cannot be read. */
export async function shebangOf(host: Host, path: string): Promise<readonly string[] | null> {
  const read = await host.readBytes(path, 4 * longest);
  if (!read.ok) return null;
  const [first = "", second = ""] = Buffer.from(read.value).toString("latin1").split("\n", 2);
  const line = /^#![ \t]*(\S.*)$/.exec(first.slice(0, longest))?.[1]?.trim();
  if (line === undefined) return null;
  // pip writes this where the path of the interpreter is too long for the kernel, or holds a blank.
  const behindShell = /^'''exec' (?:"([^"]+)"|(\S+)) "\$0"/.exec(second);
  const python = behindShell?.[1] ?? behindShell?.[2];
  if (python !== undefined) return [python];
  // The kernel gives all that follows the interpreter as one word; only env -S splits it.
  const [, program = "", rest = ""] = /^(\S+)[ \t]*(.*)$/.exec(line) ?? [];
  return rest === "" ? [program] : [program, ...(program.endsWith("/env") ? rest.split(/\s+/) : [rest])];
}

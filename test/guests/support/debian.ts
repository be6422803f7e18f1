import { copied } from "./cpio.ts";
import type { Machine } from "./guest.ts";
import type { Kernel } from "./kernel.ts";

/** What a Debian has beyond its kernel, as far as `check` looks. */
export function debian({ release, modules }: Kernel): Pick<Machine, "files" | "entries"> {
  const lists = ["modules.builtin", "modules.builtin.modinfo", "modules.order"];
  return {
    files: { "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n' },
    entries: lists.map((name) => copied(`${modules}/${name}`, `lib/modules/${release}/${name}`)),
  };
}

import { existsSync, readdirSync, unlinkSync } from "node:fs";

const folder = "/dev";

function nodes(): string[] {
  try {
    return readdirSync(folder).filter((name) => /^nvidia(?:\d{1,4}|ctl)$/.test(name));
  } catch {
    return [];
  }
}

/**
 * As root, libcuda makes device nodes even where no driver is loaded that they could lead to; they would pass for signs
 * of one. Gives what takes those away again that were not there before, once libcuda has failed.
 */
export function withoutStrayNodes(): () => void {
  if (process.platform !== "linux") return () => {};
  const before = new Set(nodes());
  return () => {
    if (existsSync("/proc/driver/nvidia/version")) return;
    for (const name of nodes().filter((one) => !before.has(one))) {
      try {
        unlinkSync(`${folder}/${name}`);
      } catch {
        // Somebody else was faster, or may do what this process may not.
      }
    }
  };
}

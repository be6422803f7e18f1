/** One line of `ldconfig -p`. */
export interface CacheEntry {
  readonly name: string;
  readonly path: string;
  /** "libc6,x86-64" */
  readonly flags: string;
}

/**
 * Reads `ldconfig -p`: "\tlibcuda.so.1 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libcuda.so.1". Only libraries of
 * these names, in the order of the cache, which is the order in which the loader takes them.
 */
export function parseLoaderCache(text: string, names: readonly string[]): CacheEntry[] {
  const wanted = new Set(names);
  return text.split("\n").flatMap((line) => {
    const arrow = line.indexOf(") => ");
    const bracket = line.indexOf(" (");
    if (bracket < 0 || arrow < bracket || line.length > 4096) return [];
    const name = line.slice(0, bracket).trim();
    return wanted.has(name)
      ? [{ name, flags: line.slice(bracket + 2, arrow), path: line.slice(arrow + 5).trim() }]
      : [];
  });
}

/** Does this come from `ldconfig -p` at all? An empty cache has its head line only. */
export function isLoaderCache(text: string): boolean {
  const head = text.slice(0, 65_536);
  return /^\d{1,6} libs found in cache/m.test(head) || /\) => \//.test(head);
}

/** Would a process of this architecture (Node's name) take a library with these flags? */
export function fitsArchitecture(flags: string, arch: string): boolean {
  if (arch === "x64") return flags.includes("x86-64");
  return arch === "arm64" ? flags.includes("AArch64") : true;
}

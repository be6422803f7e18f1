import { driverProgram } from "../ffi/programs.ts";

/** What probes and recordings call envdoctor's own program that asks NVML: its path differs from machine to machine. */
export const nvmlProgram = "envdoctor-nvml";

type Argv = readonly [string, ...string[]];

/** The command line behind such a name; other ones stay. It stays, too, in a build that comes without the program. */
export function withOwnProgram(argv: Argv, node: string): Argv {
  const path = argv[0] === nvmlProgram ? driverProgram("nvml") : undefined;
  return path === undefined ? argv : [node, path, ...argv.slice(1)];
}

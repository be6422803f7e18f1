import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve, sep } from "node:path";
import type { MountGuard } from "./mounts.ts";

export type Lookup =
  | { readonly found: string }
  /** `denied`: there is such a file, but this process may not execute it. */
  | { readonly found: null; readonly why: "missing" | "denied" };

export interface LookupContext {
  readonly guard: MountGuard;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Finds a program as the system would, before a process is spent on it: on PATH, or at the path that the word is. */
export async function lookUp(program: string, { env, cwd, guard }: LookupContext): Promise<Lookup> {
  const suffixes = process.platform === "win32" ? windowsSuffixes(program, env) : [""];
  let denied = false;
  for (const folder of foldersFor(program, env, cwd)) {
    for (const suffix of suffixes) {
      const candidate = folder === null ? program + suffix : join(folder, program + suffix);
      const seen = (await guard(candidate)) === null ? examine(candidate) : "missing";
      if (seen === "executable") return { found: candidate };
      denied ||= seen === "denied";
    }
  }
  return { found: null, why: denied ? "denied" : "missing" };
}

function foldersFor(program: string, env: LookupContext["env"], cwd: string): (string | null)[] {
  if (isAbsolute(program)) return [null];
  if (program.includes("/") || program.includes(sep)) return [cwd];
  const path = variable(env, "PATH") ?? "";
  return path.split(delimiter).map((folder) => resolve(cwd, folder));
}

/** Variables of Windows have any case once the environment was copied. */
function variable(env: LookupContext["env"], name: string): string | undefined {
  if (process.platform !== "win32") return env[name];
  const spelt = Object.keys(env).find((key) => key.toUpperCase() === name);
  return spelt === undefined ? undefined : env[spelt];
}

function windowsSuffixes(program: string, env: LookupContext["env"]): string[] {
  const suffixes = (variable(env, "PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").split(";").filter(Boolean);
  const given = suffixes.some((suffix) => program.toLowerCase().endsWith(suffix.toLowerCase()));
  return given ? [""] : suffixes;
}

function examine(path: string): "executable" | "denied" | "missing" {
  try {
    accessSync(path, constants.X_OK);
    // A folder may be "executed" too.
    return statSync(path).isFile() ? "executable" : "missing";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "EACCES" || code === "EPERM" ? "denied" : "missing";
  }
}

import { findProgram, programFolders } from "../facts/program.ts";
import { isFile, pathsOf } from "../facts/python/paths.ts";
import { pyenvChoice } from "../facts/python/pyenv.ts";
import type { Host, RunOptions } from "../host/host.ts";

/** What a command changes before its program starts. */
export interface Place {
  /** Changes to the environment; undefined takes a variable out. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** The host as a program sees it that is started in this place. */
export function placedHost(host: Host, { env, cwd }: Place): Host {
  const run = (argv: readonly [string, ...string[]], options: RunOptions = {}) =>
    host.run(argv, {
      ...options,
      env: { ...env, ...options.env },
      ...(cwd !== host.identity.cwd && { cwd: options.cwd ?? cwd }),
    });
  return { ...host, env: { ...host.env, ...env }, identity: { ...host.identity, cwd }, run };
}

/** The file that a word of a command line means: itself where it is a path, else the program of that name on PATH. */
export async function fileOf(host: Host, word: string): Promise<string | null> {
  const { isAbsolute, join, dirname, basename } = pathsOf(host);
  const asPath = isAbsolute(word) ? word : join(host.identity.cwd, word);
  if (/[\\/]/.test(word) || word.endsWith(".py")) return (await isFile(host, asPath)) ? asPath : null;
  const found = await findProgram(host, word, programFolders(host));
  if (found === null || basename(dirname(found)) !== "shims") return found;
  const choice = await pyenvChoice(host, dirname(dirname(found)), word);
  return choice.kind === "version" ? choice.path : null;
}

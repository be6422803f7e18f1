import { delimiter, dirname, join } from "node:path";
import { z } from "zod";
import type { Host } from "../host/host.ts";
import { scriptsFolder } from "../host/scripts.ts";
import type { EngineProgram } from "./observe.ts";

const packageName = ["@tensorflow", "tfjs-node-gpu"] as const;
/** What scripts/tfjs/link.mjs leaves in a package that it linked. */
const linkSchema = z.object({ libraryPath: z.array(z.string()) });

const programPath = (): string => join(dirname(scriptsFolder()), "tfjs", "train.mjs");

/** The WebAssembly backend that comes with envdoctor. */
export function wasmProgram(host: Host): EngineProgram {
  return { argv: [host.identity.node.execPath, programPath()], after: [], env: {} };
}

export interface NodeGpu {
  readonly path: string;
  /** It has no folder for a binding. */
  readonly missing: boolean;
  readonly program: EngineProgram;
}

/** tfjs-node-gpu in the folder given, else the one that was installed with envdoctor; undefined where there is none. */
export async function nodeGpuProgram(host: Host, given: string | undefined): Promise<NodeGpu | undefined> {
  const path = given ?? (await besideEnvdoctor(host));
  if (path === undefined) return undefined;
  const [journal, lib] = await Promise.all([
    host.readFile(join(path, "envdoctor-link.json")),
    host.listFolder(join(path, "lib")),
  ]);
  return {
    path,
    missing: !lib.ok,
    program: {
      argv: [host.identity.node.execPath, programPath()],
      after: [path],
      env: journal.ok ? libraryPath(host, journal.value) : {},
    },
  };
}

async function besideEnvdoctor(host: Host): Promise<string | undefined> {
  for (let folder = scriptsFolder(); dirname(folder) !== folder; folder = dirname(folder)) {
    const path = join(folder, "node_modules", ...packageName);
    if ((await host.stat(join(path, "package.json"))).ok) return path;
  }
  return undefined;
}

/** Where the loader finds the CUDA libraries of the wheel; nothing where the journal is none. */
function libraryPath(host: Host, journal: string): Record<string, string> {
  const variable = host.identity.platform === "win32" ? "PATH" : "LD_LIBRARY_PATH";
  try {
    const { libraryPath: folders } = linkSchema.parse(JSON.parse(journal));
    return { [variable]: [...folders, host.env[variable] ?? ""].filter((one) => one !== "").join(delimiter) };
  } catch {
    return {};
  }
}

import { delimiter, dirname, join } from "node:path";
import { z } from "zod";
import { absent, unknown, value } from "../facts/fact.ts";
import type { TfjsPackage } from "../facts/facts.ts";
import { parsePackageVersion } from "../facts/node.ts";
import type { Host } from "../host/host.ts";
import { scriptsFolder } from "../host/scripts.ts";
import { message } from "../text/message.ts";
import type { EngineProgram } from "./observe.ts";

const texts = {
  notLookedAt: message("not looked at", "未查看"),
};

/** What scripts/tfjs/link.mjs leaves in a package that it linked. */
const linkSchema = z.object({ libraryPath: z.array(z.string()) });

const programPath = (): string => join(dirname(scriptsFolder()), "tfjs", "train.mjs");

/** The WebAssembly backend that comes with envdoctor. */
export function wasmProgram(host: Host): EngineProgram {
  return { argv: [host.identity.node.execPath, programPath()], after: [], env: {} };
}

export async function nodeGpuProgram(host: Host, { path }: TfjsPackage): Promise<EngineProgram> {
  const journal = await host.readFile(join(path, "envdoctor-link.json"));
  return {
    argv: [host.identity.node.execPath, programPath()],
    after: [path],
    env: journal.ok ? libraryPath(host, journal.value) : {},
  };
}

/** tfjs-node-gpu as it was installed with envdoctor itself, which the diagnosis leaves alone; undefined where it was not. */
export async function besideEnvdoctor(host: Host): Promise<TfjsPackage | undefined> {
  for (let folder = scriptsFolder(); dirname(folder) !== folder; folder = dirname(folder)) {
    const path = join(folder, "node_modules", "@tensorflow", "tfjs-node-gpu");
    const manifest = await host.readFile(join(path, "package.json"));
    const version = manifest.ok ? parsePackageVersion(manifest.value) : undefined;
    if (version === undefined) continue;
    const lib = join(path, "lib");
    const binding = (await host.listFolder(lib)).ok ? value(lib) : absent({ source: lib, excerpt: "not found" });
    return { name: "@tensorflow/tfjs-node-gpu", version, path, binding, library: unknown(texts.notLookedAt()) };
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

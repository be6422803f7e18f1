import type { Host } from "../host/host.ts";
import { absent, type Fact, unknown, value } from "./fact.ts";
import type { CudaFacts, Toolkit } from "./facts.ts";
import { evidence, namesOf, textOf, whyNot } from "./parse/answers.ts";
import { versionOfFolder, versionOfJson, versionOfNvcc, versionOfText, wrappedNvcc } from "./parse/toolkit.ts";
import type { Probe } from "./probe.ts";
import { environment, findProgram, programFolders } from "./program.ts";
import { isFile, pathsOf } from "./python/paths.ts";

const windowsToolkits = "C:\\Program Files\\NVIDIA GPU Computing Toolkit\\CUDA";
/** A wrapper script is small, the compiler itself has megabytes. */
const scriptBytes = 4096;

/** CUDA toolkits, wherever they usually are and whether or not PATH knows them, and CUDA_VISIBLE_DEVICES. */
export const cudaProbe: Probe<"cuda"> = {
  subject: "cuda",
  needs: [],
  async look(host): Promise<CudaFacts> {
    const devices = environment(host, "CUDA_VISIBLE_DEVICES");
    return {
      toolkits: host.identity.platform === "darwin" ? absent() : await toolkits(host),
      visibleDevices:
        devices === undefined ? absent() : value(devices, evidence("echo $CUDA_VISIBLE_DEVICES", `"${devices}"`)),
    };
  },
};

interface Found {
  readonly path: string;
  readonly real: string;
  readonly nvcc: string | null;
}

async function toolkits(host: Host): Promise<Fact<readonly Toolkit[]>> {
  const [roots, active] = await Promise.all([likelyRoots(host), activeRoot(host)]);
  const looked = await Promise.all([...roots, ...(active ? [active] : [])].map((root) => toolkitAt(host, root)));
  const found = new Map<string, Found>();
  for (const each of looked) if (each && !found.has(each.real)) found.set(each.real, each);
  const activeReal = active && (await toolkitAt(host, active))?.real;
  const told = await Promise.all(
    [...found.values()].map(async (each) => ({ each, version: await versionOf(host, each) })),
  );
  const list = told.flatMap(({ each, version }) =>
    version === null ? [] : [{ version, path: each.path, onPath: each.real === activeReal }],
  );
  const excerpt = list.map(({ path, version }) => `${path}: ${version}`).join("\n");
  if (list.length > 0) return value(list, { source: "ls -d /usr/local/cuda*; which nvcc", excerpt });
  const folder = host.identity.platform === "win32" ? windowsToolkits : "/usr/local";
  const listing = await host.listFolder(folder);
  return listing.ok || listing.trouble === "missing" ? absent() : unknown(whyNot(folder, listing));
}

async function likelyRoots(host: Host): Promise<string[]> {
  const named = ["CUDA_HOME", "CUDA_PATH"].flatMap((name) => environment(host, name) || []);
  const conda = [environment(host, "CONDA_PREFIX") || []].flat();
  const { join } = pathsOf(host);
  if (host.identity.platform === "win32") {
    const versions = namesOf(await host.listFolder(windowsToolkits)).filter((name) => /^v\d/.test(name));
    return [
      ...versions.map((name) => join(windowsToolkits, name)),
      ...named,
      ...conda.map((root) => join(root, "Library")),
    ];
  }
  const local = namesOf(await host.listFolder("/usr/local")).filter((name) =>
    /^cuda(?:-\d{1,2}(?:\.\d{1,2})?)?$/.test(name),
  );
  // A versioned folder says more than the link that leads to it.
  local.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return [
    ...local.map((name) => `/usr/local/${name}`),
    "/opt/cuda",
    "/usr/lib/nvidia-cuda-toolkit",
    ...named,
    ...conda,
  ];
}

/** A folder is a toolkit where it has the compiler or says a version; runtime images have neither and are none. */
async function toolkitAt(host: Host, path: string): Promise<Found | null> {
  const { join } = pathsOf(host);
  const nvcc = join(path, "bin", host.identity.platform === "win32" ? "nvcc.exe" : "nvcc");
  const [compiles, json, text] = await Promise.all(
    [nvcc, join(path, "version.json"), join(path, "version.txt")].map((file) => isFile(host, file)),
  );
  if (!compiles && !json && !text) return null;
  const real = await host.realPath(path);
  return { path, real: real.ok ? real.value : path, nvcc: compiles ? nvcc : null };
}

/** The root of the toolkit that a bare `nvcc` starts, through links and wrapper scripts. */
async function activeRoot(host: Host): Promise<string | null> {
  const { dirname } = pathsOf(host);
  const nvcc = await findProgram(host, "nvcc", programFolders(host));
  if (nvcc === null) return null;
  const [stat, real] = await Promise.all([host.stat(nvcc), host.realPath(nvcc)]);
  const small = stat.ok && stat.value.size > 0 && stat.value.size <= scriptBytes;
  const wrapped = small ? wrappedNvcc(textOf(await host.readFile(nvcc))) : null;
  return dirname(dirname(wrapped ?? (real.ok ? real.value : nvcc)));
}

/** By its own version file, else its folder's name; the compiler is started only where neither tells. */
async function versionOf(host: Host, { path, real, nvcc }: Found): Promise<string | null> {
  const { join } = pathsOf(host);
  const [json, text] = await Promise.all([
    host.readFile(join(path, "version.json")),
    host.readFile(join(path, "version.txt")),
  ]);
  const told =
    versionOfJson(textOf(json)) ?? versionOfText(textOf(text)) ?? versionOfFolder(real) ?? versionOfFolder(path);
  if (told !== null || nvcc === null) return told;
  const { stdout } = await host.run([nvcc, "--version"]);
  return versionOfNvcc(stdout);
}

import { basename } from "node:path/posix";
import type { Host } from "../../host/host.ts";
import { absent, type Fact, unknown, value } from "../fact.ts";
import type { LibraryFacts } from "../facts.ts";
import { systemFolders } from "../library-folders.ts";
import { whyNot } from "../parse/answers.ts";
import { environment } from "../program.ts";
import { foldersIn, isFile, pathsOf } from "../python/paths.ts";

const majors = [7, 8, 9];

/** cuDNN outside of Python: in the system's folders, the toolkits', conda's and those of LD_LIBRARY_PATH. */
export async function systemCudnn(host: Host): Promise<LibraryFacts["cudnn"]> {
  const found = host.identity.platform === "win32" ? await onWindows(host) : await onLinux(host);
  const once = found.filter(({ path }, index) => found.findIndex((each) => each.path === path) === index);
  return once.length > 0
    ? value(once, { source: "libcudnn", excerpt: once.map(({ path }) => path).join("\n") })
    : absence(host);
}

/** Where the folder in which it usually lies cannot be looked into, nobody knows that it is not there. */
async function absence(host: Host): Promise<Fact<never>> {
  const usual = systemFolders(host)[0];
  if (usual === undefined || host.identity.platform === "win32") return absent();
  const path = `${usual}/libcudnn.so.9`;
  const asked = await host.realPath(path);
  return asked.ok || asked.trouble === "missing" ? absent() : unknown(whyNot(path, asked));
}

async function onLinux(host: Host): Promise<{ version: string; path: string }[]> {
  const folders = [
    ...foldersIn(host, environment(host, "LD_LIBRARY_PATH")),
    ...systemFolders(host),
    "/usr/local/cuda/lib64",
    "/opt/cuda/lib64",
    ...rootsOf(host).map((root) => `${root}/lib64`),
    ...conda(host).map((root) => `${root}/lib`),
  ];
  const links = [...new Set(folders)].flatMap((folder) =>
    majors.map((major) => ({ path: `${folder}/libcudnn.so.${major}`, major })),
  );
  const targets = await Promise.all(links.map(async ({ path, major }) => ({ major, real: await host.realPath(path) })));
  return targets.flatMap(({ major, real }) =>
    real.ok ? [{ version: versionOf(real.value, major), path: real.value }] : [],
  );
}

/** "libcudnn.so.8.9.7" → "8.9.7" */
function versionOf(path: string, major: number): string {
  return /^libcudnn\.so\.(\d{1,2}(?:\.\d{1,4}){1,3})$/.exec(basename(path))?.[1] ?? String(major);
}

async function onWindows(host: Host): Promise<{ version: string; path: string }[]> {
  const { join } = pathsOf(host);
  const folders = [
    ...rootsOf(host).map((root) => join(root, "bin")),
    ...conda(host).map((root) => join(root, "Library", "bin")),
  ];
  const files = folders.flatMap((folder) =>
    majors.map((major) => ({ path: join(folder, `cudnn64_${major}.dll`), major })),
  );
  const there = await Promise.all(files.map(({ path }) => isFile(host, path)));
  return files.filter((_file, index) => there[index]).map(({ path, major }) => ({ version: String(major), path }));
}

function rootsOf(host: Host): string[] {
  return ["CUDA_HOME", "CUDA_PATH"].flatMap((name) => environment(host, name) || []);
}

function conda(host: Host): string[] {
  return [environment(host, "CONDA_PREFIX") || []].flat();
}

import type { Host } from "../host/host.ts";
import { message } from "../text/message.ts";
import { absent, type Fact, unknown, value } from "./fact.ts";
import type { LibraryCandidate, LibraryFacts } from "./facts.ts";
import { loaderCandidates } from "./libraries/candidates.ts";
import { systemCudnn } from "./libraries/cudnn.ts";
import { wslFolder } from "./library-folders.ts";
import { evidence, whyNot } from "./parse/answers.ts";
import type { Probe } from "./probe.ts";
import { environment } from "./program.ts";
import { foldersIn, isFile } from "./python/paths.ts";

const texts = {
  noPackages: message("Windows keeps no packages", "Windows 没有包数据库"),
};

/** The CUDA driver's and cuDNN's libraries as programs on this machine would find them. */
export const librariesProbe: Probe<"libraries", "wsl"> = {
  subject: "libraries",
  needs: ["wsl"],
  async look(host, _look, { wsl }): Promise<LibraryFacts> {
    const { platform } = host.identity;
    if (platform === "win32") return lookAtWindows(host);
    if (platform === "darwin") {
      return { libcuda: absent(), libnvml: absent(), wslLibraries: absent(), stubFolders: absent(), cudnn: absent() };
    }
    const [loaded, wslLibraries, stubs, cudnn] = await Promise.all([
      loaderCandidates(host, wsl.state === "value"),
      librariesOfWindows(host),
      stubFolders(host),
      systemCudnn(host),
    ]);
    return { ...loaded, wslLibraries, stubFolders: stubs, cudnn };
  },
};

async function librariesOfWindows(host: Host): Promise<Fact<readonly string[]>> {
  const names = await host.listFolder(wslFolder);
  if (names.ok) return value(names.value, evidence(`ls ${wslFolder}`, names.value.join("  ")));
  return names.trouble === "missing" ? absent() : unknown(whyNot(wslFolder, names));
}

/** The toolkit's stub is for linking only; with its folder on LD_LIBRARY_PATH programs may load it in place of the driver. */
async function stubFolders(host: Host): Promise<Fact<readonly string[]>> {
  const folders = foldersIn(host, environment(host, "LD_LIBRARY_PATH")).filter((folder) => /\/stubs\/?$/.test(folder));
  const holds = await Promise.all(
    folders.map(async (folder) => {
      const files = await Promise.all(["libcuda.so", "libcuda.so.1"].map((name) => isFile(host, `${folder}/${name}`)));
      return files.includes(true);
    }),
  );
  const found = folders.filter((_folder, index) => holds[index]);
  return found.length > 0
    ? value(found, evidence("echo $LD_LIBRARY_PATH", environment(host, "LD_LIBRARY_PATH") ?? ""))
    : absent();
}

async function lookAtWindows(host: Host): Promise<LibraryFacts> {
  const system = `${environment(host, "SystemRoot") ?? "C:\\Windows"}\\System32`;
  const [libcuda, libnvml, cudnn] = await Promise.all([
    systemLibrary(host, `${system}\\nvcuda.dll`),
    systemLibrary(host, `${system}\\nvml.dll`),
    systemCudnn(host),
  ]);
  return { libcuda, libnvml, wslLibraries: absent(), stubFolders: absent(), cudnn };
}

async function systemLibrary(host: Host, path: string): Promise<Fact<readonly LibraryCandidate[]>> {
  if (!(await isFile(host, path))) return absent();
  const untold = unknown(texts.noPackages());
  return value(
    [{ path, realPath: path, kind: "driver", via: "default-path", package: untold }],
    evidence(path, "there"),
  );
}

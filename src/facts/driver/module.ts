import type { Host } from "../../host/host.ts";
import { message } from "../../text/message.ts";
import { absent, type Fact, toldEvidence, unknown, value } from "../fact.ts";
import type { BuiltModule, DriverFacts, LoadedModule } from "../facts.ts";
import { evidence, namesOf, textOf, whyNot } from "../parse/answers.ts";
import { isNvidiaModuleFile, parseModinfo, parseNvrmVersion } from "../parse/driver-module.ts";

const texts = {
  noFile: message("no such file", "没有这个文件"),
  empty: message("{folder} is empty", "{folder} 是空的"),
};

const nvrm = "/proc/driver/nvidia/version";
const modulesFolder = "/lib/modules";

/** The nvidia module that the kernel runs. */
export async function loadedModule(host: Host): Promise<Fact<LoadedModule>> {
  const [version, folder, all] = await Promise.all([
    host.readFile(nvrm),
    host.stat("/sys/module/nvidia"),
    host.stat("/sys/module"),
  ]);
  const told = parseNvrmVersion(textOf(version));
  if (told) return value(told, evidence(nvrm, textOf(version), 1));
  if (folder.ok) {
    const line = textOf(await host.readFile("/sys/module/nvidia/version"));
    const text = line.trim();
    // The kernel ends it with a newline: without one it is cut short.
    const number = /^\d{2,4}(?:\.\d{1,4}){1,2}\n/.test(line) ? text : null;
    return value({ version: number, flavour: null }, evidence("/sys/module/nvidia", text || "loaded"));
  }
  if (!version.ok && version.trouble !== "missing") return unknown(whyNot(nvrm, version));
  if (!all.ok) return unknown(whyNot("/sys/module", all));
  return absent(toldEvidence(nvrm, texts.noFile()));
}

type OnDisk = Pick<DriverFacts, "built" | "builtFor" | "headers">;

/**
 * Module files for the running kernel and for the others. `ask`: modinfo may be called for what files do not tell
 * (an NVIDIA card is there, and no loaded module says its own flavour).
 */
export async function modulesOnDisk(host: Host, ask: boolean): Promise<OnDisk> {
  const running = host.identity.release;
  const kernels = await host.listFolder(modulesFolder);
  if (!kernels.ok || kernels.value.length === 0) {
    const why = unknown(kernels.ok ? texts.empty({ folder: modulesFolder }) : whyNot(modulesFolder, kernels));
    return { built: why, builtFor: why, headers: why };
  }
  const [path, builtFor, headers] = await Promise.all([
    moduleFile(host, running),
    kernelsWithModule(host, kernels.value),
    host.stat(`${modulesFolder}/${running}/build`),
  ]);
  return {
    built: await builtModule(host, path, ask),
    builtFor: value(builtFor),
    headers:
      headers.ok || headers.trouble === "missing" ? value(headers.ok) : unknown(whyNot("kernel headers", headers)),
  };
}

async function builtModule(host: Host, path: string | undefined, ask: boolean): Promise<Fact<BuiltModule>> {
  const told = ask ? await modinfo(host, path) : null;
  if (told) return value(told, evidence(`modinfo ${told.path}`, told.path));
  if (path === undefined) return absent(evidence(`${modulesFolder}/${host.identity.release}`, "no nvidia.ko"));
  return value({ path, version: null, flavour: null, signer: null }, evidence(path, "there"));
}

/** modinfo lies in /sbin, which Debian leaves out of a user's PATH. It finds modules in places of its own as well. */
async function modinfo(host: Host, path: string | undefined): Promise<BuiltModule | null> {
  const name = /([\w-]+)\.ko/.exec(path ?? "")?.[1] ?? "nvidia";
  const PATH = `${host.env.PATH ?? ""}:/usr/sbin:/sbin`;
  const { outcome, stdout } = await host.run(["modinfo", "-k", host.identity.release, name], { env: { PATH } });
  return outcome === "ended" ? parseModinfo(stdout) : null;
}

async function kernelsWithModule(host: Host, kernels: readonly string[]): Promise<string[]> {
  const files = await Promise.all(kernels.map((kernel) => moduleFile(host, kernel)));
  return kernels.filter((_kernel, index) => files[index] !== undefined);
}

/** Where DKMS, distributions and NVIDIA's installer put the module, below /lib/modules/<kernel>. */
const places = ["updates/dkms", "updates", "extra", "extramodules", "weak-updates/updates", "kernel/drivers/video"];
/** Folders whose subfolders are named after the driver: kernel/nvidia-550, extra/nvidia-open … */
const shelves = ["kernel", "extra", "weak-updates"];

async function moduleFile(host: Host, kernel: string): Promise<string | undefined> {
  const root = `${modulesFolder}/${kernel}`;
  const listed = await Promise.all(
    shelves.map(async (shelf) =>
      namesOf(await host.listFolder(`${root}/${shelf}`))
        .filter((name) => name.startsWith("nvidia") && !name.includes(".ko"))
        .map((name) => `${shelf}/${name}`),
    ),
  );
  const found = await Promise.all(
    [...places, ...listed.flat()].map(async (place) => {
      const file = namesOf(await host.listFolder(`${root}/${place}`)).find(isNvidiaModuleFile);
      return file === undefined ? undefined : `${root}/${place}/${file}`;
    }),
  );
  return found.find((path) => path !== undefined);
}

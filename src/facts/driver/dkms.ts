import type { Host } from "../../host/host.ts";
import { absent, type Fact, unknown, value } from "../fact.ts";
import type { DkmsEntry } from "../facts.ts";
import { namesOf, whyNot } from "../parse/answers.ts";
import { kernelOfMakeLog } from "../parse/driver-module.ts";

const root = "/var/lib/dkms";

/** What `dkms status` would say of NVIDIA's modules, read from DKMS' own folders: calling it takes a second. */
export async function dkmsEntries(host: Host): Promise<Fact<readonly DkmsEntry[]>> {
  const modules = await host.listFolder(root);
  if (!modules.ok) return modules.trouble === "missing" ? absent() : unknown(whyNot(root, modules));
  const names = modules.value.filter((name) => name.startsWith("nvidia"));
  const entries = (await Promise.all(names.map((name) => entriesOf(host, name)))).flat();
  const excerpt = entries.map(
    ({ module, version, kernel, state }) => `${module}/${version}, ${kernel ?? "-"}: ${state}`,
  );
  return entries.length > 0 ? value(entries, { source: root, excerpt: excerpt.slice(0, 4).join("\n") }) : absent();
}

/**
 * <module>/<version>/<kernel>/<arch> is a build, the link <module>/kernel-<kernel>-<arch> an installed one,
 * <version>/build what a failed build leaves behind.
 */
async function entriesOf(host: Host, module: string): Promise<DkmsEntry[]> {
  const names = namesOf(await host.listFolder(`${root}/${module}`));
  const links = names.filter((name) => name.startsWith("kernel-"));
  const targets = await Promise.all(links.map(async (name) => host.realPath(`${root}/${module}/${name}`)));
  const installed = new Set(targets.flatMap((target) => (target.ok ? [target.value] : [])));
  const versions = names.filter((name) => /^\d/.test(name));
  const entries = versions.map(async (version): Promise<DkmsEntry[]> => {
    const folder = `${root}/${module}/${version}`;
    const inside = namesOf(await host.listFolder(folder));
    const kernels = inside.filter((name) => name !== "source" && name !== "build");
    const built = kernels.map((kernel): DkmsEntry => {
      const there = [...installed].some((path) => path.startsWith(`${folder}/${kernel}/`));
      return { module, version, kernel, state: there ? "installed" : "built" };
    });
    const failed = inside.includes("build") ? await failedBuild(host, folder, kernels) : undefined;
    if (failed) built.push({ module, version, kernel: failed.kernel, state: "failed" });
    if (built.length > 0) return built;
    const source = await host.stat(`${folder}/source`);
    return [{ module, version, kernel: null, state: source.ok ? "added" : "broken" }];
  });
  return (await Promise.all(entries)).flat();
}

async function failedBuild(
  host: Host,
  folder: string,
  built: readonly string[],
): Promise<{ kernel: string | null } | undefined> {
  const bytes = await host.readBytes(`${folder}/build/make.log`, 4096);
  if (!bytes.ok) return undefined;
  const kernel = kernelOfMakeLog(new TextDecoder().decode(bytes.value));
  return kernel !== null && built.includes(kernel) ? undefined : { kernel };
}

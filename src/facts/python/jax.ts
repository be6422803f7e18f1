import type { Host } from "../../host/host.ts";
import { message } from "../../text/message.ts";
import { type Fact, unknown, value } from "../fact.ts";
import type { Framework } from "../facts.ts";
import { cudaOfCondaBuild, distributionVersion, type PackageFolder, type Packages } from "./packages.ts";
import { pathsOf } from "./paths.ts";

const texts = {
  unnamed: message("JAX does not name them in a file", "JAX 没有在文件中列出"),
  noJaxlib: message("jaxlib is not installed", "没有安装 jaxlib"),
  untold: message("the build of jaxlib {jaxlib} does not tell", "jaxlib {jaxlib} 的构建信息中没有说明"),
};

/**
 * JAX is Python alone; jaxlib is the CPU build and a plugin brings CUDA, so that the plugin's presence is the CUDA
 * build: https://docs.jax.dev/en/latest/installation.html
 */
export async function jaxIn(host: Host, folder: PackageFolder, packages: Packages): Promise<Framework | undefined> {
  const version = folder.distributions.get("jax");
  if (version === undefined) return undefined;
  const cudaBuild = cudaOf(packages);
  return {
    name: "jax",
    distribution: "jax",
    version,
    cudaBuild,
    hipBuild: pluginMajor(packages, "rocm"),
    archList: cudaBuild.state === "value" && cudaBuild.value === null ? value([]) : unknown(texts.unnamed()),
    cudnn: null,
    location: folder.names.has("jax") ? pathsOf(host).join(folder.path, "jax") : null,
  };
}

function cudaOf(packages: Packages): Fact<string | null> {
  const plugin = pluginMajor(packages, "cuda");
  if (plugin !== null) return value(plugin);
  const jaxlib = distributionVersion(packages, "jaxlib");
  if (jaxlib === undefined) return unknown(texts.noJaxlib());
  const local = /\+cuda(\d{2})/.exec(jaxlib)?.[1];
  if (local !== undefined) return value(local);
  const conda = packages.conda.get("jaxlib");
  const build = conda === undefined ? null : cudaOfCondaBuild(conda.build);
  return build === undefined ? unknown(texts.untold({ jaxlib })) : value(build);
}

/** "12" of an installed jax-cuda12-plugin, "6" of jax-rocm60-plugin. */
function pluginMajor(packages: Packages, kind: "cuda" | "rocm"): string | null {
  for (const folder of packages.folders) {
    for (const name of folder.distributions.keys()) {
      const major = /^jax-(cuda|rocm)(\d{1,2})-(?:plugin|pjrt)$/.exec(name);
      if (major?.[1] === kind && major[2] !== undefined) return kind === "rocm" ? major[2].slice(0, 1) : major[2];
    }
  }
  return null;
}

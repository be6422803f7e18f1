/**
 * Frameworks of a Python, seen without importing one: an import can take seconds, hang on a stuck driver or crash the
 * interpreter. Only folders are listed, and of a framework that is there one or two small files are read.
 */
import type { Host } from "../host/host.ts";
import { type Fact, unknown, value } from "./fact.ts";
import type { Framework } from "./facts.ts";
import { jaxIn } from "./python/jax.ts";
import { nvidiaWheels, type PackageFolder, type Packages } from "./python/packages.ts";
import { tensorflowIn } from "./python/tensorflow.ts";
import { torchIn } from "./python/torch.ts";
import type { WheelPlatform } from "./python/torch-builds.ts";

const packageNames = ["torch", "tensorflow", "jax"];

/** Could one of these folders hold a framework? By the listing alone. */
export function holdsFramework(folders: readonly PackageFolder[]): boolean {
  return folders.some(({ names }) => packageNames.some((name) => names.has(name)));
}

/** Frameworks in the order torch, tensorflow, jax; of each the first one that sys.path reaches. */
export async function frameworksIn(
  host: Host,
  packages: Packages,
  platform: WheelPlatform | null,
): Promise<Fact<readonly Framework[]>> {
  const found = await Promise.all([
    first(packages, (folder) => torchIn(host, folder, packages, platform)),
    first(packages, (folder) => tensorflowIn(host, folder, packages)),
    first(packages, (folder) => jaxIn(host, folder, packages)),
  ]);
  const frameworks = found.filter((framework) => framework !== undefined).map((one) => withCudnn(one, packages));
  if (frameworks.length === 0 && packages.unread[0] !== undefined) return unknown(packages.unread[0]);
  return value(frameworks);
}

async function first(
  packages: Packages,
  look: (folder: PackageFolder) => Promise<Framework | undefined>,
): Promise<Framework | undefined> {
  for (const folder of packages.folders) {
    const framework = await look(folder);
    if (framework !== undefined) return framework;
  }
  return undefined;
}

/** The wheel of cuDNN that is installed beside it says more than the release notes. */
function withCudnn(framework: Framework, packages: Packages): Framework {
  const build = framework.cudaBuild.state === "value" ? framework.cudaBuild.value : null;
  if (build === null) return framework;
  const wheel = nvidiaWheels(packages)[`nvidia-cudnn-cu${build.split(".")[0]}`];
  return wheel === undefined || framework.name !== "torch" ? framework : { ...framework, cudnn: wheel };
}

/** How each distribution gets a kernel module for the kernel that runs. */
import type { Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { lineFor } from "./cards.ts";
import { type Family, familyNames, headerPackages, install, kernelRelease, plainWord, type } from "./remedies.ts";

const texts = {
  build: message(
    "{system}: install the headers of the running kernel and build the module for it",
    "{system}：安装当前内核的头文件，并为它编译模块",
  ),
  inStep: message(
    "{system}: bring the kernel and its prebuilt module into step, then reboot",
    "{system}：让内核与预编译模块保持一致，然后重启",
  ),
};

/** Builds or fetches the module for the running kernel. */
export function buildModule(family: Family, facts: Facts): Remedy {
  const system = familyNames[family];
  const release = kernelRelease(facts);
  const names = (known(facts.driver.packages) ?? []).map((of) => of.name);
  const headers = headerPackages(family, facts);
  const dkms = `sudo dkms autoinstall -k ${release}`;
  switch (family) {
    case "debian":
      return type("linux", texts.build({ system }), ["sudo apt-get update", install(family, headers), dkms], "network");
    case "ubuntu": {
      const packages = [...headers, ...ubuntuDkms(names)];
      return type(
        "linux",
        texts.build({ system }),
        ["sudo apt-get update", install(family, packages), dkms],
        "network",
      );
    }
    case "fedora": {
      const akmods = `sudo akmods --force --rebuild --kernels ${release}`;
      return type("linux", texts.build({ system }), [install(family, headers), akmods], "network");
    }
    case "rhel":
      return type("linux", texts.build({ system }), [install(family, headers), dkms], "network");
    case "arch": {
      // Without DKMS the module comes prebuilt for the newest kernel, and a kernel update takes the running one away.
      const prebuilt = names.length > 0 && !names.some((name) => name.endsWith("-dkms"));
      if (prebuilt)
        return type("linux", texts.inStep({ system }), ["sudo pacman -Syu --noconfirm"], "network", "reboot");
      return type("linux", texts.build({ system }), [install(family, headers), dkms], "network");
    }
    case "suse": {
      const modules = names.flatMap((name) => (/-kmp-/.test(name) ? (plainWord(name) ?? []) : []));
      const packages = modules.length > 0 ? modules : [prebuiltForSuse(facts)];
      const command = install(family, ["--force", ...packages]);
      return type("linux", texts.inStep({ system }), [command], "network", "reboot");
    }
  }
}

function prebuiltForSuse(facts: Facts): string {
  return lineFor(facts) === "r580" ? "nvidia-driver-G06-kmp-default" : "nvidia-open-driver-G07-signed-kmp-default";
}

/** Ubuntu's own modules are prebuilt for its kernels; for any other kernel the DKMS package of the same driver builds them. */
function ubuntuDkms(names: readonly string[]): readonly string[] {
  if (names.some((name) => name.startsWith("nvidia-dkms-"))) return [];
  const driver = names.flatMap((name) => /^nvidia-driver-(\d{3}(?:-server)?(?:-open)?)$/.exec(name)?.[1] ?? [])[0];
  return driver === undefined ? [] : [`nvidia-dkms-${driver}`];
}

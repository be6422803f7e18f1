import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { evidenceOf, known, whyUnknown } from "../../src/facts/fact.ts";
import type { LibraryCandidate } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { owner } from "../gpu/smi-failures.ts";
import { inContainer, inWsl2 } from "../situation.ts";

const texts = {
  title: message("GPU libraries come from Windows", "GPU 库来自 Windows"),
  wanted: message("/usr/lib/wsl/lib first", "优先使用 /usr/lib/wsl/lib"),
  noneOffered: message("Windows offers no libcuda in /usr/lib/wsl/lib", "Windows 没有在 /usr/lib/wsl/lib 提供 libcuda"),
  notFound: message("libcuda.so.1 not on the loader path", "libcuda.so.1 不在加载路径中"),
  shadowed: message(
    "A Linux driver's {path} comes before the library that Windows provides.",
    "Linux 驱动的 {path} 排在 Windows 提供的库之前。",
  ),
  offPath: message(
    "Windows provides libcuda in /usr/lib/wsl/lib, but the loader does not look there.",
    "Windows 在 /usr/lib/wsl/lib 提供了 libcuda，但加载器不会到那里查找。",
  ),
};

export default check({
  id: "wsl.libraries",
  layer: "libraries",
  impact: "gpu",
  after: ["wsl.version", "wsl.gpu-device", "gpu.present"],
  title: texts.title(),
  appliesTo: (facts) => inWsl2(facts) && !inContainer(facts),
  judge({ libraries }) {
    const firsts = [libraries.libcuda, libraries.libnvml].flatMap((fact) => known(fact)?.slice(0, 1) ?? []);
    const shadow = firsts.find((library) => library.kind === "driver");
    if (shadow) return shadowed(shadow);
    const first = known(libraries.libcuda)?.[0];
    if (first) return pass(first.path, { evidence: evidenceOf(libraries.libcuda) });
    const reason = whyUnknown(libraries.libcuda, libraries.wslLibraries);
    if (reason !== undefined) return cannotTell(reason);
    if (known(libraries.wslLibraries)?.some((name) => name.startsWith("libcuda.so")) === false)
      return cannotTell(texts.noneOffered());
    const evidence = evidenceOr(
      { source: "ldconfig -p", excerpt: "no libcuda.so.1" },
      libraries.libcuda,
      libraries.wslLibraries,
    );
    const suspicions = [suspect("wsl-libcuda-not-in-loader-path", 0.9, ...evidence)];
    return fail({ found: texts.notFound(), wanted: texts.wanted(), detail: texts.offPath(), suspicions, evidence });
  },
});

function shadowed(library: LibraryCandidate) {
  const evidence = [owner(library)];
  const suspicions = [suspect("wsl-linux-driver-installed", 0.95, ...evidence)];
  const detail = texts.shadowed({ path: library.path });
  return fail({ found: library.path, wanted: texts.wanted(), detail, suspicions, evidence });
}

import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { type Evidence, evidenceOf, hidden, known, whyUnknown } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { compareDotted } from "../compatibility.ts";
import { inContainer, inWsl2 } from "../situation.ts";

const texts = {
  title: message("WSL kernel", "WSL 内核"),
  old: message("Kernels before 4.19.121 have no GPU support.", "4.19.121 之前的内核不支持 GPU。"),
  custom: message(
    "This kernel was not built by Microsoft, and it offers no /dev/dxg: the dxgkrnl driver is missing from it.",
    "该内核不是 Microsoft 构建的，也没有 /dev/dxg：其中缺少 dxgkrnl 驱动。",
  ),
  customFine: message("built by hand, with the GPU driver in it", "自行编译，包含 GPU 驱动"),
  wantedCustom: message("a kernel with CONFIG_DXGKRNL", "带 CONFIG_DXGKRNL 的内核"),
  unnumbered: message("the kernel has no version number", "内核没有版本号"),
};

/** https://docs.nvidia.com/cuda/wsl-user-guide/index.html */
const oldest = "4.19.121";

export default check({
  id: "wsl.kernel",
  layer: "machine",
  impact: "gpu",
  after: ["wsl.version"],
  title: texts.title(),
  appliesTo: inWsl2,
  judge(facts) {
    const release = known(facts.system.kernel);
    if (release === undefined) return cannotTell(whyUnknown(facts.system.kernel) ?? texts.unnumbered());
    const seen: Evidence[] = [{ source: "uname -r", excerpt: release }];
    const version = /^\d{1,4}(?:\.\d{1,4}){1,3}/.exec(release)?.[0];
    if (version === undefined) return cannotTell(texts.unnumbered(), seen);
    if (compareDotted(version, oldest) < 0) {
      const suspicions = [suspect("wsl-kernel-too-old", 0.95, ...seen)];
      return fail({ found: release, wanted: `≥ ${oldest}`, detail: texts.old(), suspicions, evidence: seen });
    }
    const wsl = known(facts.wsl);
    const custom = wsl !== undefined && known(wsl.customKernel) === true;
    // In a container the node is missing for other reasons.
    if (custom && facts.driver.dxg.state === "absent" && !inContainer(facts)) {
      const evidence = [...seen, ...evidenceOf(wsl.customKernel, facts.driver.dxg)];
      const suspicions = [suspect("wsl-custom-kernel", 0.9, ...evidence)];
      return fail({ found: release, wanted: texts.wantedCustom(), detail: texts.custom(), suspicions, evidence });
    }
    if (custom && hidden(facts.driver.dxg)) return cannotTell(facts.driver.dxg.reason, seen);
    return pass(release, custom && facts.driver.dxg.state === "value" ? { detail: texts.customFine() } : {});
  },
});

import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { hidden, known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { inContainer, smiGpus } from "../situation.ts";

const texts = {
  title: message("Fabric Manager", "Fabric Manager"),
  absent: message("not installed", "未安装"),
  wanted: message("active", "运行中"),
  detail: message(
    "The GPUs are joined by NVSwitch; until nvidia-fabricmanager runs, CUDA answers with error 802.",
    "这些 GPU 通过 NVSwitch 互连；nvidia-fabricmanager 运行之前，CUDA 会返回错误 802。",
  ),
};

export default check({
  id: "driver.fabric-manager",
  layer: "driver-api",
  impact: "gpu",
  after: ["gpu.present", "driver.module", "driver.api"],
  title: texts.title(),
  appliesTo: (facts) => (boardOf(facts) || (known(facts.bus.nvswitches) ?? 0) > 0) && !inContainer(facts),
  judge({ bus, driver }) {
    const { fabricManager } = driver;
    if (hidden(bus.nvswitches)) return cannotTell(bus.nvswitches.reason);
    if (fabricManager.state === "unknown") return cannotTell(fabricManager.reason);
    const state = known(fabricManager);
    if (state === "active") return pass(state);
    const evidence = evidenceOr(
      { source: "systemctl is-active nvidia-fabricmanager", excerpt: state ?? "not installed" },
      fabricManager,
    );
    const suspicions = [suspect("fabricmanager-not-running", 0.95, ...evidence)];
    return fail({
      found: state ?? texts.absent(),
      wanted: texts.wanted(),
      detail: texts.detail(),
      suspicions,
      evidence,
    });
  },
});

/** Several cards of the kind that NVSwitch joins, on a bus that cannot be read. */
function boardOf(facts: Facts): boolean {
  const joined = smiGpus(facts).filter(({ name }) => /\b(?:A100|A800|H100|H200|H800|H20|B200|B300)\b/.test(name ?? ""));
  return hidden(facts.bus.nvswitches) && joined.length > 1;
}

import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { known } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { inContainer } from "../situation.ts";

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
  appliesTo: (facts) => (known(facts.bus.nvswitches) ?? 0) > 0 && !inContainer(facts),
  judge({ driver }) {
    const { fabricManager } = driver;
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

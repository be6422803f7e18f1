import { check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { type Evidence, known } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";

const texts = {
  title: message("Hybrid-graphics profile", "混合显卡配置"),
  wanted: message("nvidia or on-demand", "nvidia 或 on-demand"),
  detail: message(
    'The profile "{profile}" keeps the NVIDIA card switched off.',
    '配置 "{profile}" 让 NVIDIA 显卡保持关闭。',
  ),
};

export default check({
  id: "driver.prime",
  layer: "kernel-module",
  impact: "gpu",
  after: ["gpu.present", "driver.installed"],
  title: texts.title(),
  appliesTo: ({ driver }) => driver.primeProfile.state === "value",
  judge(facts) {
    const profile = known(facts.driver.primeProfile) ?? "";
    if (profile !== "intel" || known(driverReport(facts))?.outcome === "ok") return pass(profile);
    const evidence: Evidence = { source: "prime-select query", excerpt: profile };
    const suspicions = [suspect("prime-profile-not-nvidia", 0.9, evidence)];
    return fail({
      found: profile,
      wanted: texts.wanted(),
      detail: texts.detail({ profile }),
      suspicions,
      evidence: [evidence],
    });
  },
});

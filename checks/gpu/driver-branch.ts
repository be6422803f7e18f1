import { check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { type Evidence, known } from "../../src/facts/fact.ts";
import type { Adapter, Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { driverBranchServes } from "../compatibility.ts";
import { driverVersion, nvidiaAdapters } from "../situation.ts";

const texts = {
  title: message("Driver branch serves the card", "驱动分支支持显卡"),
  wanted: message("driver {branch} or older", "驱动 {branch} 或更早"),
  detail: message(
    "The {branch} branch is the last one for {gpu}; driver {driver} no longer has it.",
    "{branch} 是支持 {gpu} 的最后一个驱动分支，驱动 {driver} 已不再支持它。",
  ),
};

export default check({
  id: "driver.branch",
  layer: "kernel-module",
  impact: "gpu",
  after: ["gpu.present", "driver.installed"],
  title: texts.title(),
  appliesTo: (facts) => nvidiaAdapters(facts).length > 0 && anyDriverVersion(facts) !== undefined,
  judge(facts) {
    const driver = anyDriverVersion(facts) ?? "";
    const cards = nvidiaAdapters(facts);
    const dropped = cards.filter((card) => driverBranchServes(driver, card).verdict === "dropped");
    const first = dropped[0];
    // Where another card of the machine is served, training goes on there.
    if (!first || dropped.length < cards.length) return pass(driver);
    const branch = driverBranchServes(driver, first).lastBranch ?? "";
    const gpu = called(first);
    const evidence: Evidence[] = [
      { source: "driver version", excerpt: driver },
      { source: `/sys/bus/pci/devices/${first.address ?? "?"}`, excerpt: gpu },
    ];
    return fail({
      found: driver,
      wanted: texts.wanted({ branch }),
      detail: texts.detail({ branch, gpu, driver }),
      suspicions: [suspect("driver-branch-dropped-gpu", 0.95, ...evidence)],
      evidence,
    });
  },
});

/** A driver that serves no card is often not loaded, and only its files tell its version. */
function anyDriverVersion(facts: Facts): string | undefined {
  const { built, userspaceVersion } = facts.driver;
  return driverVersion(facts) ?? known(built)?.version ?? known(userspaceVersion);
}

const called = (card: Adapter): string => [card.name, card.pciId].filter(Boolean).join(" ") || "NVIDIA GPU";

import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { evidenceOf, type Fact, known, whyUnknown } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { gpuNames, nvidiaAdapters, onWindows, ownsDriver } from "../situation.ts";

const texts = {
  title: message("NVIDIA driver installed", "NVIDIA 驱动已安装"),
  yes: message("installed", "已安装"),
  no: message("no driver", "没有驱动"),
  wanted: message("the NVIDIA driver", "NVIDIA 驱动"),
  detail: message(
    "The card is there ({gpus}), but no NVIDIA driver is installed for it.",
    "显卡存在（{gpus}），但没有安装 NVIDIA 驱动。",
  ),
};

export default check({
  id: "driver.installed",
  layer: "kernel-module",
  impact: "gpu",
  after: ["gpu.present"],
  title: texts.title(),
  appliesTo: (facts) => ownsDriver(facts) || (onWindows(facts) && nvidiaAdapters(facts).length > 0),
  judge(facts) {
    const { driver } = facts;
    const version =
      known(driver.module)?.version ??
      known(driver.userspaceVersion) ??
      known(driverReport(facts))?.driverVersion ??
      known(driver.built)?.version ??
      known(driver.packages)?.find((p) => p.version)?.version;
    const traces = onWindows(facts) ? [driverReport(facts)] : driverTraces(facts);
    if (traces.some(isThere)) return pass(version ?? texts.yes(), { evidence: evidenceOf(driver.packages) });
    const decisive = onWindows(facts) ? [driver.smi] : [driver.module, driver.built, driver.userspaceVersion];
    const reason = whyUnknown(...decisive);
    if (reason !== undefined) return cannotTell(reason);
    const evidence = evidenceOr({ source: "nvidia-smi", excerpt: "not found" }, facts.bus.adapters, ...decisive);
    return fail({
      found: texts.no(),
      wanted: texts.wanted(),
      detail: texts.detail({ gpus: gpuNames(facts) }),
      suspicions: [suspect("driver-not-installed", 0.95, ...evidence)],
      evidence,
    });
  },
});

/** All by which an installed driver shows on Linux. */
export function driverTraces({ driver }: Facts): readonly Fact<unknown>[] {
  return [
    driver.module,
    driver.built,
    driver.builtFor,
    driver.dkms,
    driver.packages,
    driver.userspaceVersion,
    driver.smi,
  ];
}

export function isThere(fact: Fact<unknown>): boolean {
  return fact.state === "value" && !(Array.isArray(fact.value) && fact.value.length === 0);
}

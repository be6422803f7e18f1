import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { type Evidence, hidden, known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { flavourFor } from "../compatibility.ts";
import { evidenceOr } from "../evidence.ts";
import { architectures, inWsl, onLinux } from "../situation.ts";

const texts = {
  title: message("Kernel module flavour", "内核模块类型"),
  open: message("open", "开源（open）"),
  proprietary: message("proprietary", "闭源（proprietary）"),
  needsOpen: message(
    "{gpu} cards run only with the open kernel modules; with the proprietary ones no device is found.",
    "{gpu} 显卡只能使用开源（open）内核模块，使用闭源模块会找不到设备。",
  ),
  needsProprietary: message(
    "{gpu} cards have no GSP, which the open kernel modules need: they run only with the proprietary ones, up to driver 580.",
    "{gpu} 显卡没有开源内核模块所需的 GSP，只能使用闭源模块（驱动 580 及以下）。",
  ),
};

export default check({
  id: "driver.flavour",
  layer: "kernel-module",
  impact: "gpu",
  after: ["gpu.present", "driver.installed", "driver.branch"],
  title: texts.title(),
  appliesTo: (facts) => onLinux(facts) && !inWsl(facts) && flavour(facts) !== null,
  judge(facts) {
    const own = flavour(facts) ?? "open";
    const cards = architectures(facts);
    if (cards.length === 0 && hidden(facts.bus.adapters)) return cannotTell(facts.bus.adapters.reason);
    const wrong = cards.find((gpu) => needs(gpu) !== null && needs(gpu) !== own);
    const works = known(driverReport(facts))?.outcome === "ok";
    // A module that serves one of several cards is not at fault.
    if (!wrong || works || cards.some((gpu) => needs(gpu) === own)) return pass(texts[own]());
    const gpu = wrong.charAt(0).toUpperCase() + wrong.slice(1);
    const wanted = own === "open" ? "proprietary" : "open";
    const evidence = [...seen(facts, own), ...refusals(facts)];
    const cause = wanted === "open" ? "open-kernel-module-required" : "driver-branch-dropped-gpu";
    return fail({
      found: texts[own](),
      wanted: texts[wanted](),
      detail: wanted === "open" ? texts.needsOpen({ gpu }) : texts.needsProprietary({ gpu }),
      suspicions: [suspect(cause, wanted === "open" ? 0.95 : 0.7, ...evidence)],
      evidence,
    });
  },
});

function needs(architecture: string): "open" | "proprietary" | null {
  const answer = flavourFor(architecture);
  return answer === "open" || answer === "proprietary" ? answer : null;
}

function flavour({ driver }: Facts): "open" | "proprietary" | null {
  return known(driver.module)?.flavour ?? known(driver.built)?.flavour ?? null;
}

function seen({ driver }: Facts, own: string): readonly Evidence[] {
  const told = { source: "modinfo nvidia", excerpt: `${own} kernel module` };
  return evidenceOr(told, known(driver.module)?.flavour ? driver.module : driver.built);
}

/** What the module itself said of a card that it does not take. */
function refusals({ driver }: Facts): Evidence[] {
  const lines = (known(driver.kernelLog) ?? []).filter((l) =>
    /NVRM.{0,200}(open (?:gpu )?kernel modules?|open nvidia\.ko)/i.test(l),
  );
  return lines.slice(0, 1).map((excerpt) => ({ source: "dmesg", excerpt }));
}

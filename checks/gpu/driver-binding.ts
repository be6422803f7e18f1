import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { hidden, known, whyUnknown } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { inWsl, nvidiaAdapters, onJetson, onLinux } from "../situation.ts";
import { driverTraces, isThere } from "./driver-installed.ts";

const texts = {
  title: message("Kernel driver bound to the card", "绑定到显卡的内核驱动"),
  none: message("none", "无"),
  open: message(
    "nouveau, the open driver of the kernel, owns the card; NVIDIA's cannot take it.",
    "显卡被内核自带的开源驱动 nouveau 占用，NVIDIA 驱动无法接管。",
  ),
  reserved: message(
    "{driver} holds the card back for a virtual machine; it is of no use to this system.",
    "{driver} 把显卡预留给了虚拟机，本机无法使用。",
  ),
  other: message(
    "{driver} owns the card; NVIDIA's driver cannot take it.",
    "显卡被 {driver} 占用，NVIDIA 驱动无法接管。",
  ),
};

export default check({
  id: "driver.binding",
  layer: "kernel-module",
  impact: "gpu",
  after: ["gpu.present", "driver.installed"],
  title: texts.title(),
  appliesTo: (facts) => onLinux(facts) && !inWsl(facts) && !onJetson(facts) && nvidiaAdapters(facts).length > 0,
  judge(facts) {
    const cards = nvidiaAdapters(facts);
    const bound = cards.flatMap((card) => known(card.driver) ?? []);
    const foreign = cards.find((card) => (known(card.driver) ?? "nvidia") !== "nvidia");
    const owner = foreign && known(foreign.driver);
    if (bound.includes("nvidia") || !foreign || !owner) {
      const reason = whyUnknown(...cards.map((card) => card.driver));
      if (bound.length === 0 && reason !== undefined) return cannotTell(reason);
      return pass(bound.length > 0 ? [...new Set(bound)].join(", ") : texts.none());
    }
    // NVIDIA's driver may have the other card.
    const unread = cards.map((card) => card.driver).find(hidden);
    if (unread) return cannotTell(unread.reason);
    // Without NVIDIA's driver nobody disputes the card.
    const driver = driverTraces(facts).some(isThere) ? undefined : driverTraces(facts).find(hidden);
    if (driver) return cannotTell(driver.reason);
    const link = `/sys/bus/pci/devices/${foreign.address ?? "?"}/driver`;
    const evidence = evidenceOr({ source: link, excerpt: owner }, foreign.driver);
    return fail({
      found: owner,
      wanted: "nvidia",
      detail: ownedBy(owner),
      suspicions: [suspect("nouveau-conflict", owner === "nouveau" ? 0.95 : 0.8, ...evidence)],
      evidence,
    });
  },
});

function ownedBy(driver: string) {
  if (driver === "nouveau") return texts.open();
  return /^(vfio|pci-?stub|xen-pciback|pciback)/.test(driver) ? texts.reserved({ driver }) : texts.other({ driver });
}

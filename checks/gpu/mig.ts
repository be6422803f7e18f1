import { cannotTell, check, fail, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { message } from "../../src/text/message.ts";
import { cardLabel, nvmlCards, nvmlEvidence } from "./cards.ts";

const texts = {
  title: message("MIG slices of the GPU", "GPU 的 MIG 实例"),
  slices: message("{count} slices", "{count} 个实例"),
  none: message("MIG is on, and there is no slice{card}", "MIG 已开启，但没有实例{card}"),
  wanted: message("at least one slice, or MIG off", "至少一个实例，或关闭 MIG"),
  detail: message(
    "The card is divided by MIG, but nobody has made a slice with a compute instance: CUDA finds no device on it.",
    "显卡开启了 MIG，但没有人创建带计算实例的切片，CUDA 在上面找不到设备。",
  ),
  untold: message("the driver does not tell how many slices there are", "驱动没有说明有多少个实例"),
};

export default check({
  id: "gpu.mig",
  layer: "driver-api",
  impact: "gpu",
  after: ["gpu.present", "driver.api"],
  title: texts.title(),
  appliesTo: (facts) => nvmlCards(facts).some(({ mig }) => mig === true),
  judge(facts) {
    const all = nvmlCards(facts);
    const divided = all.filter(({ mig }) => mig === true);
    const empty = divided.find(({ migDevices }) => migDevices === 0);
    if (!empty) {
      if (divided.some(({ migDevices }) => migDevices === null)) return cannotTell(texts.untold());
      return pass(texts.slices({ count: divided.reduce((sum, { migDevices }) => sum + (migDevices ?? 0), 0) }));
    }
    const usable = all.some(({ mig, migDevices }) => mig !== true || migDevices !== 0);
    const evidence = [nvmlEvidence(empty, "nvmlDeviceGetMigMode", "Enabled, no MIG device")];
    return (usable ? warn : fail)({
      found: texts.none({ card: cardLabel(empty, all) }),
      wanted: texts.wanted(),
      detail: texts.detail(),
      suspicions: [suspect("mig-without-slices", usable ? 0.7 : 0.95, ...evidence)],
      evidence,
    });
  },
});

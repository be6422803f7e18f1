import { cannotTell, check, pass } from "../../src/diagnosis/check.ts";
import { known } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { containersOf } from "../situation.ts";
import { bySignals } from "./virtualization.ts";

const texts = {
  title: message("Container", "容器"),
  none: message("none", "无"),
  stray: message(
    "A weak sign of a container is there ({sign}), but nothing else speaks for one.",
    "存在微弱的容器迹象（{sign}），但没有其他证据。",
  ),
};

export default check({
  id: "machine.container",
  layer: "machine",
  impact: "none",
  after: [],
  title: texts.title(),
  judge(facts) {
    if (facts.containers.state === "unknown") return cannotTell(facts.containers.reason);
    const layers = containersOf(facts);
    if (layers.length > 0) {
      const evidence = layers.flatMap((layer) => bySignals(layer.signals));
      return pass(layers.map((layer) => layer.kind).join(" / "), { evidence });
    }
    const weak = (known(facts.containers) ?? []).flatMap((layer) => layer.signals);
    const sign = weak[0];
    if (!sign) return pass(texts.none());
    return pass(texts.none(), { detail: texts.stray({ sign: sign.source }), evidence: bySignals(weak) });
  },
});

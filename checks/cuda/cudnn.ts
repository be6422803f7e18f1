import { cannotTell, check, pass } from "../../src/diagnosis/check.ts";
import { evidenceOf, known } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { onMacos } from "../situation.ts";

const texts = {
  title: message("cuDNN of the system", "系统的 cuDNN"),
  none: message("none, and pip wheels bring their own", "没有；pip 安装的框架自带"),
};

export default check({
  id: "cuda.cudnn",
  layer: "libraries",
  impact: "none",
  after: [],
  title: texts.title(),
  appliesTo: (facts) => !onMacos(facts),
  judge({ libraries }) {
    const { cudnn } = libraries;
    if (cudnn.state === "unknown") return cannotTell(cudnn.reason);
    const found = known(cudnn) ?? [];
    if (found.length === 0) return pass(texts.none());
    return pass(found.map((c) => `${c.version} (${c.path})`).join(", "), { evidence: evidenceOf(cudnn) });
  },
});

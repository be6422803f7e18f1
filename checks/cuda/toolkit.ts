import { cannotTell, check, pass } from "../../src/diagnosis/check.ts";
import { evidenceOf, known } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { onMacos } from "../situation.ts";

const texts = {
  title: message("CUDA toolkit", "CUDA Toolkit"),
  none: message("none, and pip wheels need none", "没有；pip 安装的框架也不需要"),
  alone: message(
    "The toolkit compiles CUDA programs on any machine; it is no sign of a GPU.",
    "CUDA Toolkit 在任何机器上都能编译 CUDA 程序，并不表示有 GPU。",
  ),
};

export default check({
  id: "cuda.toolkit",
  layer: "libraries",
  impact: "none",
  after: [],
  title: texts.title(),
  appliesTo: (facts) => !onMacos(facts),
  judge({ cuda }) {
    if (cuda.toolkits.state === "unknown") return cannotTell(cuda.toolkits.reason);
    const toolkits = known(cuda.toolkits) ?? [];
    if (toolkits.length === 0) return pass(texts.none());
    const found = toolkits.map((t) => `${t.version} (${t.path})`).join(", ");
    return pass(found, { detail: texts.alone(), evidence: evidenceOf(cuda.toolkits) });
  },
});

import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { beyondCuda, frameworkName, onLinux, type PlacedFramework, trainingFrameworks } from "../situation.ts";

const texts = {
  title: message("cuDNN for TensorFlow", "TensorFlow 所需的 cuDNN"),
  none: message("none", "无"),
  missing: message(
    "{framework} needs cuDNN {major}, and none is installed; without it TensorFlow falls back to the CPU.",
    "{framework} 需要 cuDNN {major}，但没有安装；缺少它 TensorFlow 会退回 CPU。",
  ),
  other: message(
    "{framework} was built for cuDNN {major} and cannot load {found}; TensorFlow falls back to the CPU.",
    "{framework} 为 cuDNN {major} 构建，无法加载 {found}；TensorFlow 会退回 CPU。",
  ),
};

/** PyTorch and JAX wheels depend on their cuDNN or carry it; TensorFlow takes what it finds. */
export default check({
  id: "frameworks.cudnn",
  layer: "frameworks",
  impact: "gpu",
  after: ["gpu.present", "frameworks.gpu-build"],
  title: texts.title(),
  appliesTo: (facts) => onLinux(facts) && !beyondCuda(facts) && choosy(facts) !== undefined,
  judge(facts) {
    const placed = choosy(facts);
    const major = placed?.framework.cudnn?.split(".")[0];
    if (!placed || !major) return cannotTell(texts.none());
    const { nvidiaWheels } = placed.python;
    const { cudnn } = facts.libraries;
    const found = [...wheelVersions(placed), ...(known(cudnn) ?? []).map((c) => c.version)];
    const fitting = found.find((version) => version.split(".")[0] === major);
    if (fitting !== undefined) return pass(fitting);
    for (const fact of [nvidiaWheels, cudnn]) if (fact.state === "unknown") return cannotTell(fact.reason);
    const framework = frameworkName(placed.framework);
    const wanted = `cuDNN ${major}`;
    const evidence = evidenceOr({ source: "ldconfig -p", excerpt: "no libcudnn" }, cudnn, nvidiaWheels);
    if (found[0] !== undefined) {
      const suspicions = [suspect("cudnn-version-mismatch", 0.85, ...evidence)];
      return fail({
        found: found[0],
        wanted,
        detail: texts.other({ framework, major, found: found[0] }),
        suspicions,
        evidence,
      });
    }
    const suspicions = [suspect("cudnn-missing", 0.85, ...evidence)];
    return fail({ found: texts.none(), wanted, detail: texts.missing({ framework, major }), suspicions, evidence });
  },
});

/** In a conda environment cuDNN is a conda package, which the facts do not tell. */
function choosy(facts: Facts): PlacedFramework | undefined {
  return trainingFrameworks(facts).find(
    ({ framework, python }) =>
      framework.name === "tensorflow" &&
      !!known(framework.cudaBuild) &&
      framework.cudnn !== null &&
      python.environment !== "conda",
  );
}

function wheelVersions({ python }: PlacedFramework): string[] {
  const wheels = Object.entries(known(python.nvidiaWheels) ?? {});
  return wheels.filter(([name]) => name.startsWith("nvidia-cudnn-")).map(([, version]) => version);
}

import { cannotTell, check, fail, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { type Evidence, known } from "../../src/facts/fact.ts";
import type { Facts, TfjsPackage } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { onWindows, trainingPythons } from "../situation.ts";

const texts = {
  title: message("Native part of tfjs-node", "tfjs-node 的原生模块"),
  noBinding: message("no tfjs_binding.node", "没有 tfjs_binding.node"),
  noLibrary: message("no TensorFlow library", "没有 TensorFlow 库"),
  binding: message(
    "{name} is installed without its compiled part, which its install script downloads or builds.",
    "{name} 已安装，但缺少由安装脚本下载或编译的原生模块。",
  ),
  dll: message(
    "{name} has its binding, but not the TensorFlow library in the folder where the binding looks for it.",
    "{name} 有原生模块，但 TensorFlow 库不在它查找的目录中。",
  ),
};

export default check({
  id: "tfjs.binding",
  layer: "frameworks",
  impact: "training",
  after: [],
  title: texts.title(),
  appliesTo: (facts) => tfjsPackages(facts).length > 0,
  judge(facts) {
    // With a Python framework beside it, a broken tfjs-node does not keep the machine from training.
    const judged = trainingPythons(facts).length > 0 ? warn : fail;
    for (const one of tfjsPackages(facts)) {
      const { name, binding, library } = one;
      if (binding.state === "unknown") return cannotTell(binding.reason);
      if (binding.state === "absent") {
        const evidence = where(one, "lib", binding);
        const suspicions = [suspect("tfjs-binding-missing", 0.95, ...evidence)];
        return judged({
          found: texts.noBinding(),
          wanted: "tfjs_binding.node",
          detail: texts.binding({ name }),
          suspicions,
          evidence,
        });
      }
      if (library.state === "unknown") return cannotTell(library.reason);
      if (library.state === "absent") {
        const evidence = where(one, onWindows(facts) ? "lib" : "deps/lib", library);
        const suspicions = [suspect("tfjs-binding-dll-missing", 0.9, ...evidence)];
        const wanted = onWindows(facts) ? "tensorflow.dll" : "libtensorflow.so";
        return judged({ found: texts.noLibrary(), wanted, detail: texts.dll({ name }), suspicions, evidence });
      }
    }
    return pass(
      tfjsPackages(facts)
        .map((p) => `${p.name} ${p.version}`)
        .join(", "),
    );
  },
});

export function tfjsPackages(facts: Facts): readonly TfjsPackage[] {
  const node = known(facts.node);
  return node ? (known(node.tfjs) ?? []) : [];
}

function where(one: TfjsPackage, folder: string, fact: TfjsPackage["binding"]): readonly Evidence[] {
  return evidenceOr({ source: `${one.path}/${folder}`, excerpt: "not found" }, fact);
}

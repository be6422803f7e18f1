import { cannotTell, check, fail, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { type Evidence, hidden, known, toldEvidence } from "../../src/facts/fact.ts";
import type { Facts, PythonFacts } from "../../src/facts/facts.ts";
import { message, type Said } from "../../src/text/message.ts";
import {
  activePython,
  frameworkName,
  nvidiaAdapters,
  onMacos,
  smiGpus,
  trainingFrameworks,
  trainingPythons,
} from "../situation.ts";

const texts = {
  without: message(
    "Python {version} ({environment}): no torch, tensorflow or jax",
    "Python {version}（{environment}）：没有 torch、tensorflow 或 jax",
  ),
  noneListed: message("no torch, tensorflow or jax", "没有 torch、tensorflow 或 jax"),
  title: message("Training framework", "训练框架"),
  none: message("none", "无"),
  noPython: message("no Python", "没有 Python"),
  wanted: message("PyTorch, TensorFlow or JAX", "PyTorch、TensorFlow 或 JAX"),
  in: message("{frameworks} in {python}", "{frameworks}，位于 {python}"),
  notInstalled: message(
    "No Python here has PyTorch, TensorFlow or JAX, so there is nothing to train with.",
    "这里的 Python 都没有安装 PyTorch、TensorFlow 或 JAX，无法训练。",
  ),
  wrongPython: message(
    "A bare `python` starts {active}, which has no framework; {frameworks} is installed for {python}.",
    "直接运行 `python` 会启动 {active}，其中没有框架；{frameworks} 安装在 {python} 中。",
  ),
};

export default check({
  id: "frameworks.installed",
  layer: "frameworks",
  impact: "training",
  after: [],
  title: texts.title(),
  judge(facts) {
    const { pythons } = facts;
    const [equipped] = trainingPythons(facts);
    const node = nodeFramework(facts);
    if (!equipped) {
      if (node) return pass(node);
      const tfjs = known(facts.node)?.tfjs;
      if (tfjs && hidden(tfjs)) return cannotTell(tfjs.reason);
      return pythons.state === "unknown" ? cannotTell(pythons.reason, pythons.evidence) : notInstalled(facts);
    }
    const frameworks = named(facts);
    if (equipped.active) return pass(frameworks);
    const active = activePython(facts);
    if (!active || active === equipped || node) return pass(texts.in({ frameworks, python: equipped.path }));
    const evidence: Evidence[] = [
      toldEvidence(`${active.path} -m pip list`, texts.noneListed()),
      { source: `${equipped.path} -m pip list`, excerpt: frameworks },
    ];
    return warn({
      found: texts.in({ frameworks, python: equipped.path }),
      wanted: active.path,
      detail: texts.wrongPython({ active: active.path, frameworks, python: equipped.path }),
      suspicions: [suspect("wrong-python-environment", 0.85, ...evidence)],
      evidence,
    });
  },
});

/** A missing framework is a fault where a GPU waits for it; else the machine is merely not set up yet. */
function notInstalled(facts: Facts) {
  const pythons = known(facts.pythons) ?? [];
  const untold = pythons.find((p) => p.frameworks.state === "unknown");
  if (untold?.frameworks.state === "unknown") return cannotTell(untold.frameworks.reason);
  const evidence: Evidence[] = pythons.map((p) => toldEvidence(p.path, described(p)));
  const waits = !onMacos(facts) && (smiGpus(facts).length > 0 || nvidiaAdapters(facts).length > 0);
  return (waits ? fail : warn)({
    found: pythons.length > 0 ? texts.none() : texts.noPython(),
    wanted: texts.wanted(),
    detail: texts.notInstalled(),
    suspicions: [suspect("framework-not-installed", 0.9, ...evidence)],
    evidence,
  });
}

function described({ version, environment }: PythonFacts): Said {
  return texts.without({ version: known(version) ?? "?", environment });
}

function named(facts: Facts): string {
  return [...new Set(trainingFrameworks(facts).map(({ framework }) => frameworkName(framework)))].join(", ");
}

function nodeFramework(facts: Facts): string | null {
  const node = known(facts.node);
  const first = node && known(node.tfjs)?.[0];
  return first ? `${first.name} ${first.version}` : null;
}

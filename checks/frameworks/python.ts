import { cannotTell, check, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { type Evidence, known, whyUnknown } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { activePython, trainingPythons } from "../situation.ts";
import { pythonServes } from "../wheels.ts";

const texts = {
  untold: message("the system did not tell", "系统没有给出该信息"),
  title: message("Python version", "Python 版本"),
  found: message("{version} ({path})", "{version}（{path}）"),
  wanted: message("Python {oldest} to {newest}", "Python {oldest} 至 {newest}"),
  detail: message(
    "There are no PyTorch wheels that are still published for Python {version}.",
    "当前发布的 PyTorch 没有适用于 Python {version} 的 wheel。",
  ),
  newer: message("Python {version} is newer than the table of wheels", "Python {version} 比兼容表中记录的都新"),
};

export default check({
  id: "python.supported",
  layer: "frameworks",
  impact: "training",
  after: [],
  title: texts.title(),
  appliesTo: (facts) => activePython(facts) !== undefined,
  judge(facts) {
    const python = activePython(facts);
    const version = python && known(python.version);
    if (!python || version === undefined) return cannotTell((python && whyUnknown(python.version)) ?? texts.untold());
    const found = texts.found({ version, path: python.path });
    const { verdict, oldest, newest, source } = pythonServes("torch", null, version);
    // A framework that is installed has settled the question.
    if (verdict === "works" || trainingPythons(facts).includes(python)) return pass(found);
    if (verdict === "unknown") return cannotTell(texts.newer({ version }));
    const evidence: Evidence[] = [
      { source: `${python.path} --version`, excerpt: `Python ${version}` },
      { source, excerpt: `Python ${oldest ?? "?"} … ${newest ?? "?"}` },
    ];
    return warn({
      found,
      wanted: texts.wanted({ oldest: oldest ?? "?", newest: newest ?? "?" }),
      detail: texts.detail({ version }),
      suspicions: [suspect("python-version-unsupported", 0.85, ...evidence)],
      evidence,
    });
  },
});

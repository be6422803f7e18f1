import { check, fail, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { type Evidence, known } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { trainingPythons } from "../situation.ts";
import { tfjsPackages } from "./tfjs-binding.ts";

const texts = {
  title: message("Node runs tfjs-node", "Node 可运行 tfjs-node"),
  wanted: message("Node 22 or older", "Node 22 或更早"),
  detail: message(
    "tfjs-node {version} calls functions that Node 23 removed, and fails at its first operation.",
    "tfjs-node {version} 调用了 Node 23 已移除的函数，执行第一个运算就会失败。",
  ),
};

/** util.isNullOrUndefined and util.isArray are gone from Node 23 on: https://github.com/tensorflow/tfjs/issues/8609 */
const lastMajor = 22;
/** Last release that calls them; the mended one is not published. */
const lastAffected = /^(?:[0-3]\.|4\.(?:1?\d|2[0-2])\.)/;

export default check({
  id: "tfjs.node",
  layer: "frameworks",
  impact: "training",
  after: ["tfjs.binding"],
  title: texts.title(),
  appliesTo: (facts) => tfjsPackages(facts).length > 0,
  judge(facts) {
    const node = known(facts.node)?.version ?? "";
    const major = Number(/^v?(\d{1,3})/.exec(node)?.[1] ?? 0);
    const affected = tfjsPackages(facts).find((p) => lastAffected.test(p.version));
    if (major <= lastMajor || !affected) return pass(`Node ${node}`);
    const { version, name } = affected;
    const evidence: Evidence[] = [
      { source: "node --version", excerpt: node },
      { source: `${affected.path}/package.json`, excerpt: `${name} ${version}` },
    ];
    return (trainingPythons(facts).length > 0 ? warn : fail)({
      found: `Node ${node}`,
      wanted: texts.wanted(),
      detail: texts.detail({ version }),
      suspicions: [suspect("node-version-unsupported", 0.9, ...evidence)],
      evidence,
    });
  },
});

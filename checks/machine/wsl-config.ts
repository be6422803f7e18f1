import { cannotTell, check, fail, type Outcome, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { type Evidence, evidenceOf, hidden, known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { inContainer, inWsl2, smiGpus } from "../situation.ts";

const texts = {
  title: message("WSL configuration", "WSL 配置"),
  fine: message("nothing keeps the GPU out", "没有禁用 GPU"),
  off: message("GPU switched off", "GPU 已被关闭"),
  wantedOn: message("GPU not switched off", "未关闭 GPU"),
  offDetail: message("{file} switches the GPU off for this distribution.", "{file} 为该发行版关闭了 GPU。"),
  offLater: message(
    "{file} switches the GPU off; that takes effect when WSL is started anew.",
    "{file} 关闭了 GPU，将在 WSL 重新启动后生效。",
  ),
  ignored: message("ignored: {keys}", "被忽略：{keys}"),
  wantedSection: message("keys in a section that WSL reads", "写在 WSL 会读取的小节中"),
  ignoredDetail: message(
    "WSL reads these keys only under [wsl2] or [experimental] of {file}; where they stand they have no effect.",
    "WSL 只读取 {file} 中 [wsl2] 或 [experimental] 小节里的这些键，写在目前的位置不起作用。",
  ),
  utf16: message("UTF-16", "UTF-16"),
  wantedUtf8: message("UTF-8", "UTF-8"),
  utf16Detail: message(
    "{file} is stored as UTF-16, which WSL may not read; what stands in it may have no effect.",
    "{file} 以 UTF-16 保存，WSL 可能无法读取，其中的设置可能不起作用。",
  ),
};

export default check({
  id: "wsl.config",
  layer: "machine",
  impact: "gpu",
  after: ["wsl.version"],
  title: texts.title(),
  // Neither file is to be seen from a container, and neither speaks of one.
  appliesTo: (facts) => inWsl2(facts) && !inContainer(facts),
  judge(facts) {
    const wsl = known(facts.wsl);
    const conf = wsl && known(wsl.conf);
    const config = wsl && known(wsl.config);
    const evidence = wsl ? evidenceOf(wsl.config) : [];
    if (wsl && conf?.gpuEnabled === false) {
      const line = { source: "/etc/wsl.conf", excerpt: "[gpu] enabled=false" };
      return switchedOff(facts, line.source, evidenceOr(line, wsl.conf));
    }
    if (wsl && config?.gpuSupport === false) {
      const line = { source: config.path, excerpt: "[wsl2] gpuSupport=false" };
      return switchedOff(facts, config.path, evidenceOr(line, wsl.config));
    }
    if (config?.encoding === "utf-16") {
      return warn({
        found: texts.utf16(),
        wanted: texts.wantedUtf8(),
        detail: texts.utf16Detail({ file: config.path }),
        suspicions: [suspect("wslconfig-ignored", 0.7, ...evidence)],
        evidence,
      });
    }
    if (config && config.ignoredKeys.length > 0) {
      return warn({
        found: texts.ignored({ keys: config.ignoredKeys.join(", ") }),
        wanted: texts.wantedSection(),
        detail: texts.ignoredDetail({ file: config.path }),
        suspicions: [suspect("wslconfig-ignored", 0.9, ...evidence)],
        evidence,
      });
    }
    const open = wsl && [wsl.conf, wsl.config].find(hidden);
    return open ? cannotTell(open.reason) : pass(texts.fine(), { evidence });
  },
});

function switchedOff(facts: Facts, file: string, evidence: readonly Evidence[]): Outcome {
  const works = smiGpus(facts).length > 0;
  return (works ? warn : fail)({
    found: texts.off(),
    wanted: texts.wantedOn(),
    detail: works ? texts.offLater({ file }) : texts.offDetail({ file }),
    suspicions: [suspect("wsl-gpu-disabled-in-config", works ? 0.6 : 0.95, ...evidence)],
    evidence,
  });
}

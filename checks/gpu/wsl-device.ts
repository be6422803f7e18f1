import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { evidenceOf, hidden, known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import type { CauseId } from "../causes/ids.ts";
import { evidenceOr } from "../evidence.ts";
import { inContainer, inWsl2 } from "../situation.ts";
import { modesOf } from "./device-nodes.ts";

const texts = {
  title: message("GPU device of WSL2", "WSL2 的 GPU 设备"),
  missing: message("no /dev/dxg", "没有 /dev/dxg"),
  locked: message("/dev/dxg without access", "/dev/dxg 无访问权限"),
  wantedOpen: message("/dev/dxg readable and writable", "/dev/dxg 可读写"),
  detail: message(
    "Windows hands its GPU to WSL2 as /dev/dxg, and it has handed none to this distribution.",
    "Windows 通过 /dev/dxg 把 GPU 提供给 WSL2，但该发行版没有得到它。",
  ),
  container: message(
    "The container was started without the GPU: WSL2's /dev/dxg is not in it.",
    "容器启动时没有传入 GPU：其中没有 WSL2 的 /dev/dxg。",
  ),
  windows: message(
    "Windows build {build} gives WSL2 no GPU; that came with Windows 10 21H2 (build {wanted}).",
    "Windows 内部版本 {build} 不向 WSL2 提供 GPU，需要 Windows 10 21H2（内部版本 {wanted}）。",
  ),
  lockedDetail: message("The modes of /dev/dxg deny access to this user.", "/dev/dxg 的权限不允许该用户访问。"),
};

/** Windows 10 21H2: https://learn.microsoft.com/windows/wsl/tutorials/gpu-compute */
const oldestBuild = 19_044;

export default check({
  id: "wsl.gpu-device",
  layer: "bus",
  impact: "gpu",
  after: ["wsl.version", "wsl.kernel", "wsl.config"],
  title: texts.title(),
  appliesTo: inWsl2,
  judge(facts) {
    const { dxg } = facts.driver;
    if (dxg.state === "unknown") return cannotTell(dxg.reason, dxg.evidence);
    if (dxg.state === "absent") return judgeMissing(facts);
    if (dxg.value.accessible === false) {
      const evidence = evidenceOr({ source: "ls -l /dev/dxg", excerpt: modesOf(dxg.value) }, dxg);
      const suspicions = [suspect("device-node-permissions", 0.85, ...evidence)];
      const detail = texts.lockedDetail();
      return fail({ found: texts.locked(), wanted: texts.wantedOpen(), detail, suspicions, evidence });
    }
    return pass(dxg.value.path, { evidence: evidenceOf(dxg) });
  },
});

function judgeMissing(facts: Facts) {
  const wsl = known(facts.wsl);
  const build = wsl && known(wsl.windowsBuild);
  const evidence = evidenceOr({ source: "ls -l /dev/dxg", excerpt: "No such file or directory" }, facts.driver.dxg);
  const no = (cause: CauseId, confidence: number, detail = texts.detail()) =>
    fail({
      found: texts.missing(),
      wanted: "/dev/dxg",
      detail,
      suspicions: [suspect(cause, confidence, ...evidence)],
      evidence,
    });
  // Whether a container or WSL itself lacks it, has not the same cause.
  if (hidden(facts.containers))
    return fail({ found: texts.missing(), wanted: "/dev/dxg", detail: texts.detail(), suspicions: [], evidence });
  if (inContainer(facts)) return no("container-missing-gpu-flag", 0.85, texts.container());
  if (build !== undefined && build < oldestBuild) {
    return no("wsl-windows-build", 0.9, texts.windows({ build, wanted: oldestBuild }));
  }
  return no("wsl-dev-dxg-missing", 0.9);
}

import { cannotTell, check, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { known } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { onLinux } from "../situation.ts";

const texts = {
  title: message("Open-file limit", "打开文件数上限"),
  found: message("{soft} (hard {hard})", "{soft}（硬上限 {hard}）"),
  wanted: message("1024 or more", "至少 1024"),
  detail: message(
    'Each tensor that a worker hands over holds a file open; with so few, workers end with "Too many open files".',
    'worker 传递的每个张量都占用一个文件描述符；上限过低会报 "Too many open files"。',
  ),
};

export default check({
  id: "limits.open-files",
  layer: "workers",
  impact: "speed",
  after: [],
  title: texts.title(),
  // Elsewhere workers do not hand tensors over as open files.
  appliesTo: onLinux,
  judge({ limits: { openFiles } }) {
    if (openFiles.state === "unknown") return cannotTell(openFiles.reason);
    const limit = known(openFiles);
    if (!limit) return pass("—");
    const found = texts.found({ soft: endless(limit.soft), hard: endless(limit.hard) });
    if (limit.soft >= 1024) return pass(found);
    const evidence = evidenceOr({ source: "ulimit -n", excerpt: String(limit.soft) }, openFiles);
    const suspicions = [suspect("open-file-limit", 0.8, ...evidence)];
    return warn({ found, wanted: texts.wanted(), detail: texts.detail(), suspicions, evidence });
  },
});

const endless = (limit: number): string => (Number.isFinite(limit) && limit < 2 ** 53 ? String(limit) : "∞");

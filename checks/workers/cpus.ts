import { cannotTell, check, pass } from "../../src/diagnosis/check.ts";
import { evidenceOf, known, whyUnknown } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";

const texts = {
  untold: message("the system did not tell", "系统没有给出该信息"),
  title: message("Usable processors", "可用处理器"),
  of: message("{usable} of {host}", "{usable}（共 {host} 个）"),
  quota: message(
    "A cgroup quota allows {quota} processors; workers beyond that wait for one another.",
    "cgroup 配额只允许使用 {quota} 个处理器，更多的 worker 只会互相等待。",
  ),
};

export default check({
  id: "limits.cpus",
  layer: "workers",
  impact: "none",
  after: [],
  title: texts.title(),
  judge({ limits }) {
    const host = known(limits.hostCpus);
    const affinity = known(limits.affinityCpus);
    const quota = known(limits.quotaCpus);
    const counts = [host, affinity, quota].filter((count) => count !== undefined);
    if (counts.length === 0) return cannotTell(whyUnknown(limits.affinityCpus, limits.hostCpus) ?? texts.untold());
    const usable = Math.min(...counts);
    const found = host !== undefined && usable < host ? texts.of({ usable, host }) : String(usable);
    if (quota === undefined || quota > usable) return pass(found);
    return pass(found, { detail: texts.quota({ quota }), evidence: evidenceOf(limits.quotaCpus) });
  },
});

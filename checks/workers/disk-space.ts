import { cannotTell, check, pass, warn } from "../../src/diagnosis/check.ts";
import { evidenceOf, known, whyUnknown } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";

const texts = {
  untold: message("the system did not tell", "系统没有给出该信息"),
  noFolder: message("no folder to look at", "没有可查看的目录"),
  title: message("Free space beside the data", "数据所在磁盘的剩余空间"),
  found: message("{free} MiB", "{free} MiB"),
  wanted: message("1 GiB or more", "至少 1 GiB"),
  detail: message(
    "Less than 1 GiB is free at {path}: checkpoints and caches may not fit.",
    "{path} 剩余空间不足 1 GiB，可能放不下检查点和缓存。",
  ),
};

export default check({
  id: "data.space",
  layer: "workers",
  impact: "none",
  after: [],
  title: texts.title(),
  judge({ data }) {
    if (data.state !== "value") return cannotTell(whyUnknown(data) ?? texts.noFolder());
    const { path, freeMiB } = data.value;
    const free = known(freeMiB);
    if (free === undefined) return cannotTell(whyUnknown(freeMiB) ?? texts.untold());
    if (free >= 1024) return pass(texts.found({ free }));
    const evidence = evidenceOf(freeMiB);
    return warn({
      found: texts.found({ free }),
      wanted: texts.wanted(),
      detail: texts.detail({ path }),
      suspicions: [],
      evidence,
    });
  },
});

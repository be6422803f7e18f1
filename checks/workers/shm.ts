import { cannotTell, check, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { known } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { inContainer, onLinux } from "../situation.ts";

const texts = {
  title: message("Shared memory /dev/shm", "共享内存 /dev/shm"),
  none: message("none", "无"),
  wanted: message("1 GiB or more", "至少 1 GiB"),
  container: message(
    "Workers hand batches over through /dev/shm, and the container's default of 64 MiB ends them with a bus error.",
    "worker 通过 /dev/shm 传递 batch，容器默认的 64 MiB 会导致 Bus error。",
  ),
  detail: message(
    "Workers hand batches over through /dev/shm, and this is too little for more than small ones.",
    "worker 通过 /dev/shm 传递 batch，这个大小只够传递很小的 batch。",
  ),
};

/** Docker's default: https://docs.docker.com/reference/cli/docker/container/run/ (--shm-size) */
const dockerDefaultMiB = 64;

export default check({
  id: "limits.shm",
  layer: "workers",
  impact: "speed",
  after: [],
  title: texts.title(),
  appliesTo: onLinux,
  judge(facts) {
    const { shm } = facts.limits;
    if (shm.state === "unknown") return cannotTell(shm.reason);
    const size = known(shm)?.totalMiB ?? 0;
    const found = size > 0 ? `${size} MiB` : texts.none();
    if (size > dockerDefaultMiB) return pass(found);
    const evidence = evidenceOr({ source: "df -h /dev/shm", excerpt: `${size}M` }, shm);
    const suspicions = [suspect("shm-too-small", 0.85, ...evidence)];
    const detail = inContainer(facts) ? texts.container() : texts.detail();
    return warn({ found, wanted: texts.wanted(), detail, suspicions, evidence });
  },
});

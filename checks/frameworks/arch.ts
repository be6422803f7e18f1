import { cannotTell, check, fail, type Outcome, pass, suspect } from "../../src/diagnosis/check.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { type Evidence, known, whyUnknown } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { torchArchitectures, wheelPlatform } from "../../src/facts/python/torch-builds.ts";
import { message } from "../../src/text/message.ts";
import { type ArchAnswer, archListServes } from "../compatibility.ts";
import {
  beyondCuda,
  computeCapabilities,
  frameworkName,
  type PlacedFramework,
  trainingFrameworks,
} from "../situation.ts";

const texts = {
  title: message("Framework has kernels for the card", "框架包含该显卡的 GPU 代码"),
  served: message("{framework} has {by} for {gpu} ({cc})", "{framework} 包含 {by}，可用于 {gpu}（{cc}）"),
  ptx: message(
    "The driver translates the code at the first start, which takes minutes.",
    "首次启动时由驱动编译代码，需要几分钟。",
  ),
  found: message("{framework}: {archs}", "{framework}：{archs}"),
  wanted: message("code for {gpu} (sm_{sm})", "包含 {gpu}（sm_{sm}）的代码"),
  tooNew: message(
    "{gpu} has compute capability {cc}, which is newer than all that {framework} was built for.",
    "{gpu} 的计算能力是 {cc}，比 {framework} 构建时支持的都新。",
  ),
  tooOld: message(
    "{gpu} has compute capability {cc}, which is below all that {framework} was built for.",
    "{gpu} 的计算能力是 {cc}，低于 {framework} 构建时支持的最低要求。",
  ),
  noCard: message("the compute capability of the card is not known", "不清楚显卡的计算能力"),
  noList: message("the architectures of the build are not known", "不清楚框架构建时包含的架构"),
};

export default check({
  id: "frameworks.arch",
  layer: "frameworks",
  impact: "gpu",
  after: ["gpu.present", "frameworks.gpu-build"],
  title: texts.title(),
  appliesTo: (facts) => !beyondCuda(facts) && listed(facts).length > 0,
  judge(facts) {
    const cards = computeCapabilities(facts);
    if (cards.length === 0) return cannotTell(whyUnknown(driverReport(facts), facts.bus.adapters) ?? texts.noCard());
    const pairs = listed(facts).flatMap((build) =>
      cards.map(({ name, cc }) => ({ build, gpu: name, cc, answer: archListServes(cc, build.archs) })),
    );
    const best =
      pairs.find((p) => p.answer.verdict === "works") ?? pairs.find((p) => p.answer.verdict === "works-by-ptx");
    if (best) return served(best);
    const wrong = pairs.find((p) => p.answer.verdict === "too-new" || p.answer.verdict === "too-old");
    return wrong ? notServed(wrong) : cannotTell(texts.noList());
  },
});

interface Listed extends PlacedFramework {
  readonly archs: readonly string[];
}

interface Pair {
  readonly build: Listed;
  readonly gpu: string;
  readonly cc: string;
  readonly answer: ArchAnswer;
}

/** CUDA builds whose architectures are known: by the files of the build, else by the table of published wheels. */
function listed(facts: Facts): Listed[] {
  return trainingFrameworks(facts).flatMap((placed) => {
    if (!known(placed.framework.cudaBuild)) return [];
    const archs = known(placed.framework.archList) ?? published(placed, facts) ?? [];
    return archs.length > 0 ? [{ ...placed, archs }] : [];
  });
}

function published({ framework, python }: PlacedFramework, facts: Facts): readonly string[] | null {
  const cuda = known(framework.cudaBuild);
  if (framework.name !== "torch" || !cuda || !/\+cu\d{2,3}\b/.test(framework.version)) return null;
  const platform = wheelPlatform(known(python.platform) ?? "linux", known(facts.system.arch) ?? "x64");
  const row = platform && torchArchitectures(framework.version, cuda, platform);
  // A row that is only hearsay must not condemn a card.
  return row && row.confidence !== "unverified" ? row.archList : null;
}

function served({ build, gpu, cc, answer }: Pair): Outcome {
  const found = texts.served({ framework: frameworkName(build.framework), by: answer.by ?? "", gpu, cc });
  return pass(found, answer.verdict === "works-by-ptx" ? { detail: texts.ptx() } : {});
}

function notServed({ build, gpu, cc, answer }: Pair): Outcome {
  const framework = frameworkName(build.framework);
  const archs = build.archs.join(" ");
  const evidence: Evidence[] = [
    { source: "compute capability", excerpt: `${gpu}: ${cc}` },
    { source: build.framework.location ?? build.python.path, excerpt: `${framework}: ${archs}` },
  ];
  const tooNew = answer.verdict === "too-new";
  return fail({
    found: texts.found({ framework, archs }),
    wanted: texts.wanted({ gpu, sm: cc.replace(".", "") }),
    detail: (tooNew ? texts.tooNew : texts.tooOld)({ gpu, cc, framework }),
    suspicions: [suspect(tooNew ? "gpu-arch-too-new-for-wheel" : "gpu-arch-too-old-for-wheel", 0.95, ...evidence)],
    evidence,
  });
}

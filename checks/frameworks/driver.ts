import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { type Evidence, known, whyUnknown } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { type DriverForCuda, driverServesCuda } from "../compatibility.ts";
import { evidenceOr } from "../evidence.ts";
import {
  beyondCuda,
  driverVersion,
  frameworkName,
  inWsl,
  onJetson,
  onWindows,
  type PlacedFramework,
  trainingFrameworks,
} from "../situation.ts";

const texts = {
  title: message("Driver serves the framework's CUDA", "驱动支持框架的 CUDA"),
  found: message(
    "driver {driver} (CUDA ≤ {api}), {framework} for CUDA {cuda}",
    "驱动 {driver}（CUDA ≤ {api}），{framework} 需要 CUDA {cuda}",
  ),
  minor: message(
    "The build is newer than the driver within one CUDA major, which runs by minor-version compatibility.",
    "框架的 CUDA 次版本比驱动新，但主版本相同，按次版本兼容规则可以运行。",
  ),
  wanted: message("driver {needed} or newer", "驱动 {needed} 或更新"),
  newer: message("a newer driver", "更新的驱动"),
  detail: message(
    "{framework} was built for CUDA {cuda}, and driver {driver} serves CUDA only up to {api}.",
    "{framework} 为 CUDA {cuda} 构建，而驱动 {driver} 最高只支持 CUDA {api}。",
  ),
  noDriver: message("the version of the driver is not known", "不清楚驱动版本"),
  unrecorded: message("the table does not know this CUDA version", "兼容表中没有该 CUDA 版本"),
};

export default check({
  id: "frameworks.driver",
  layer: "frameworks",
  impact: "gpu",
  after: ["gpu.present", "driver.installed", "driver.module", "driver.api", "cuda.libcuda", "frameworks.gpu-build"],
  title: texts.title(),
  appliesTo: (facts) => !beyondCuda(facts) && !onJetson(facts) && cudaBuilds(facts).length > 0,
  judge(facts) {
    const builds = cudaBuilds(facts);
    const answers = builds.map((build) => ({ build, answer: ask(facts, build) }));
    const serves = answers.find(({ answer }) => answer.verdict === "works" || answer.verdict === "works-minor");
    const tooOld = answers.find(({ answer }) => answer.verdict === "too-old");
    const words = ({ build, answer }: Answered) => ({
      driver: driverVersion(facts) ?? "?",
      api: answer.driverApi ?? "?",
      framework: frameworkName(build.framework),
      cuda: build.cuda,
    });
    if (tooOld && !serves) {
      const { needed } = tooOld.answer;
      const evidence = versions(facts, tooOld);
      return fail({
        found: texts.found(words(tooOld)),
        wanted: needed ? texts.wanted({ needed }) : texts.newer(),
        detail: texts.detail(words(tooOld)),
        suspicions: [suspect("driver-too-old-for-framework-cuda", 0.95, ...evidence)],
        evidence,
      });
    }
    if (!serves) {
      const untold = driverVersion(facts) === undefined ? texts.noDriver() : texts.unrecorded();
      return cannotTell(whyUnknown(driverReport(facts)) ?? untold);
    }
    return pass(texts.found(words(serves)), serves.answer.verdict === "works-minor" ? { detail: texts.minor() } : {});
  },
});

interface CudaBuild extends PlacedFramework {
  readonly cuda: string;
}

interface Answered {
  readonly build: CudaBuild;
  readonly answer: DriverForCuda;
}

function cudaBuilds(facts: Facts): CudaBuild[] {
  return trainingFrameworks(facts).flatMap((placed) => {
    const cuda = known(placed.framework.cudaBuild);
    return cuda ? [{ ...placed, cuda }] : [];
  });
}

function ask(facts: Facts, { cuda }: CudaBuild): DriverForCuda {
  return driverServesCuda({
    driver: driverVersion(facts) ?? null,
    // In WSL2 the number is that of the Windows driver.
    platform: onWindows(facts) || inWsl(facts) ? "windows" : "linux",
    driverApi: known(driverReport(facts))?.cudaVersion ?? null,
    cudaBuild: cuda,
  });
}

function versions(facts: Facts, { build, answer }: Answered): Evidence[] {
  const excerpt = `Driver Version: ${driverVersion(facts) ?? "?"}  CUDA Version: ${answer.driverApi ?? "?"}`;
  const built = { source: build.python.path, excerpt: `${frameworkName(build.framework)}, CUDA ${build.cuda}` };
  return [{ source: "nvidia-smi", excerpt }, ...evidenceOr(built, build.framework.cudaBuild)];
}

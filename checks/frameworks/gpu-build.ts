import { cannotTell, check, fail, type Outcome, pass, suspect } from "../../src/diagnosis/check.ts";
import { type Evidence, hidden, known, whyUnknown } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { compareDotted } from "../compatibility.ts";
import { evidenceOr } from "../evidence.ts";
import { beyondCuda, frameworkName, nvidiaInSight, type PlacedFramework, trainingFrameworks } from "../situation.ts";

const texts = {
  title: message("Framework built for CUDA", "框架支持 CUDA"),
  built: message("{framework} for CUDA {cuda}", "{framework}，CUDA {cuda}"),
  cpu: message("{frameworks} without CUDA", "{frameworks}，不含 CUDA"),
  rocm: message("{framework} for ROCm {hip}", "{framework}，ROCm {hip}"),
  wanted: message("a build with CUDA", "带 CUDA 的版本"),
  detail: message(
    "{framework} in {python} was built without CUDA, so it computes on the CPU whatever the driver offers.",
    "{python} 中的 {framework} 不带 CUDA，无论驱动如何都只会用 CPU 计算。",
  ),
  windows: message(
    "TensorFlow after 2.10 has no GPU support on native Windows ({framework}); in WSL2 it has.",
    "TensorFlow 2.10 之后的版本在原生 Windows 上不支持 GPU（{framework}），在 WSL2 中支持。",
  ),
  noCuda: message("the CUDA build of the framework is not known", "不清楚框架的 CUDA 版本"),
};

export default check({
  id: "frameworks.gpu-build",
  layer: "frameworks",
  impact: "gpu",
  after: ["gpu.present", "frameworks.installed"],
  title: texts.title(),
  appliesTo: (facts) => !beyondCuda(facts) && (trainingFrameworks(facts).length > 0 || hasNodeGpu(facts)),
  judge(facts) {
    const placed = trainingFrameworks(facts);
    for (const { framework } of placed) {
      const cuda = known(framework.cudaBuild);
      if (cuda) return pass(texts.built({ framework: frameworkName(framework), cuda }));
    }
    if (hasNodeGpu(facts)) return pass("@tensorflow/tfjs-node-gpu");
    const windows = placed.find(({ framework, python }) =>
      lostWindowsGpu(framework.name, framework.version, known(python.platform) ?? known(facts.system.platform)),
    );
    const cpu = placed.find(({ framework }) => framework.cudaBuild.state === "value");
    // Whether a build without CUDA is a fault rests on the GPU.
    if (cpu && hidden(facts.bus.adapters) && !nvidiaInSight(facts)) return cannotTell(facts.bus.adapters.reason);
    if (cpu && !(windows && windows.framework === cpu.framework)) return cpuOnly(cpu, placed);
    if (windows) return nativeWindows(windows);
    const reason = whyUnknown(...placed.map(({ framework }) => framework.cudaBuild));
    return cannotTell(reason ?? texts.noCuda());
  },
});

function hasNodeGpu(facts: Facts): boolean {
  const node = known(facts.node);
  const packages = node ? (known(node.tfjs) ?? []) : [];
  return packages.some(
    ({ name, binding, library }) =>
      name === "@tensorflow/tfjs-node-gpu" && binding.state === "value" && library.state !== "unknown",
  );
}

function lostWindowsGpu(name: string, version: string, platform: string | undefined): boolean {
  const release = /^\d{1,4}\.\d{1,4}/.exec(version)?.[0];
  return name === "tensorflow" && platform === "win32" && release !== undefined && compareDotted(release, "2.10") > 0;
}

function cpuOnly({ framework, python }: PlacedFramework, all: readonly PlacedFramework[]): Outcome {
  const name = frameworkName(framework);
  const evidence = evidenceOr(
    { source: `${python.path} -m pip show ${framework.distribution}`, excerpt: name },
    framework.cudaBuild,
  );
  const frameworks = all.map((one) => frameworkName(one.framework)).join(", ");
  return fail({
    found: framework.hipBuild ? texts.rocm({ framework: name, hip: framework.hipBuild }) : texts.cpu({ frameworks }),
    wanted: texts.wanted(),
    detail: texts.detail({ framework: name, python: python.path }),
    suspicions: [suspect("cpu-only-wheel", 0.95, ...evidence)],
    evidence,
  });
}

function nativeWindows({ framework, python }: PlacedFramework): Outcome {
  const name = frameworkName(framework);
  const evidence: Evidence[] = [{ source: `${python.path} -m pip show ${framework.distribution}`, excerpt: name }];
  return fail({
    found: name,
    wanted: texts.wanted(),
    detail: texts.windows({ framework: name }),
    suspicions: [suspect("tf-native-windows-no-gpu", 0.95, ...evidence)],
    evidence,
  });
}

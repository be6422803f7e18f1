import { inContainer, inWsl } from "../../checks/situation.ts";
import type { Finding } from "../diagnosis/check.ts";
import type { Diagnosis } from "../diagnosis/diagnose.ts";
import { type Fact, known, toldEvidence, unknown, value } from "../facts/fact.ts";
import type { Facts, Framework, FrameworkName, PythonFacts } from "../facts/facts.ts";
import { message, type Said } from "../text/message.ts";
import type { VisibleCards } from "./cards.ts";

const texts = {
  notInstalled: message("{name} is not installed", "没有安装 {name}"),
  cpuBuild: message("{name} {version} is a build without CUDA", "{name} {version} 是不带 CUDA 的构建"),
  noGpu: message("no NVIDIA GPU", "没有 NVIDIA GPU"),
  finding: message("{title}: {found}", "{title}：{found}"),
  whichPython: message(
    "{why} (--python PATH names the one it uses)",
    "{why}（可用 --python PATH 指定它使用的 Python）",
  ),
  noPython: message("no Python was found", "没有找到 Python"),
  rocm: message(
    "{name} {version} is a build for ROCm, which is not judged",
    "{name} {version} 是 ROCm 版，envdoctor 不作判断",
  ),
};

/** All that a requirement may ask about: the machine as the command will see it. */
export interface Subject {
  readonly facts: Facts;
  readonly diagnosis: Diagnosis;
  readonly cards: VisibleCards;
  /** Why it cannot be told which Python the command will use; null where it can. */
  readonly pythonUntold: Said | null;
  /** Is the command's script safe to start its workers? absent: it runs no Python script. */
  readonly lint: Fact<boolean>;
  /** Did the training proof of --prove succeed? */
  readonly proof: Fact<boolean>;
}

/** The Python that the command will use. */
export function judgedPython({ facts, pythonUntold }: Subject): Fact<PythonFacts> {
  if (pythonUntold !== null) return unknown(texts.whichPython({ why: pythonUntold }));
  if (facts.pythons.state !== "value") return facts.pythons;
  const python = facts.pythons.value.find(({ active }) => active) ?? facts.pythons.value[0];
  return python === undefined ? unknown(texts.noPython()) : value(python);
}

/** Follows a fact of a fact. */
export function andThen<T, U>(fact: Fact<T>, next: (of: T) => Fact<U>): Fact<U> {
  return fact.state === "value" ? next(fact.value) : fact;
}

export function frameworkOf(subject: Subject, name: FrameworkName): Fact<Framework> {
  return andThen(judgedPython(subject), (python) =>
    andThen(python.frameworks, (frameworks) => {
      const found = frameworks.find((framework) => framework.name === name);
      if (found !== undefined) return value(found);
      return { state: "absent", evidence: [toldEvidence(python.path, texts.notInstalled({ name }))] };
    }),
  );
}

/** Can this framework train on a GPU here: a build for it, and nothing found on the way from the card to it? */
export function trainsOnGpu(subject: Subject, name: FrameworkName): Fact<boolean> {
  const framework = frameworkOf(subject, name);
  if (framework.state === "absent") return no(framework.evidence?.[0]?.source ?? name, texts.notInstalled({ name }));
  return andThen(framework, ({ version, cudaBuild, hipBuild, location }) => {
    if (hipBuild !== null) return unknown(texts.rocm({ name, version }));
    if (cudaBuild.state === "unknown") return cudaBuild;
    if (!known(cudaBuild)) return no(location ?? name, texts.cpuBuild({ name, version }));
    const { count } = subject.cards;
    if (count.state === "value" && count.value === 0)
      return value(false, count.evidence?.[0] ?? toldEvidence("nvidia-smi", texts.noGpu()));
    return nothingFound(subject);
  });
}

/** Does nothing that was found keep this machine from training? `unknown` where the verdict on the GPU is. */
export function nothingFound({ diagnosis: { findings, verdict } }: Subject): Fact<boolean> {
  const troubled = findings.filter(
    ({ status, impact }) => status === "fail" && (impact === "gpu" || impact === "training"),
  );
  if (troubled.length > 0) {
    return value(false, ...troubled.map((finding) => toldEvidence(finding.id, wordsOf(finding))));
  }
  const open = findings.some(
    ({ status, impact }) => status === "unknown" && (impact === "gpu" || impact === "training"),
  );
  return verdict.gpuTraining === "unknown" && open ? unknown(verdict.summary) : value(true);
}

function wordsOf({ title, detail, found }: Finding): Said {
  return detail ?? texts.finding({ title, found: found ?? "" });
}

function no(source: string, said: Said): Fact<boolean> {
  return value(false, toldEvidence(source, said));
}

/** Inside a container or WSL nvidia-smi does not list the processes of others. */
export function othersHidden({ facts }: Subject): boolean {
  return inContainer(facts) || inWsl(facts);
}

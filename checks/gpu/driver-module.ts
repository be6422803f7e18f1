import { cannotTell, check, fail, type Outcome, pass, suspect } from "../../src/diagnosis/check.ts";
import { type Evidence, evidenceOf, hidden, known, toldEvidence } from "../../src/facts/fact.ts";
import type { BuiltModule, Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { ownsDriver } from "../situation.ts";

const texts = {
  noHeaders: message("missing: no kernel headers", "不存在：没有内核头文件"),
  signer: message("{path}: signer {signer}", "{path}：签名者 {signer}"),
  noSigner: message("not told", "未说明"),
  title: message("Kernel module nvidia", "内核模块 nvidia"),
  notLoaded: message("not loaded", "未加载"),
  rejected: message("rejected by Secure Boot", "被 Secure Boot 拒绝"),
  wanted: message("loaded", "已加载"),
  notBuilt: message(
    "No nvidia module is built for the running kernel {kernel}.",
    "没有为正在运行的内核 {kernel} 构建 nvidia 模块。",
  ),
  otherKernels: message(
    "The nvidia module is built for {others}, not for the running kernel {kernel}.",
    "nvidia 模块是为 {others} 构建的，而不是正在运行的内核 {kernel}。",
  ),
  idle: message("The module is built for this kernel, but it is not loaded.", "模块已为该内核构建，但没有加载。"),
  unsigned: message(
    "Secure Boot is on, and the kernel does not accept the signature of the nvidia module.",
    "Secure Boot 已开启，内核不接受 nvidia 模块的签名。",
  ),
};

export default check({
  id: "driver.module",
  layer: "kernel-module",
  impact: "gpu",
  after: [
    "gpu.present",
    "gpu.bars",
    "driver.installed",
    "driver.binding",
    "driver.prime",
    "driver.branch",
    "driver.flavour",
  ],
  title: texts.title(),
  appliesTo: ownsDriver,
  judge(facts) {
    const { module, built } = facts.driver;
    if (module.state === "value") {
      const words = [module.value.version, module.value.flavour].filter((word) => word !== null);
      return pass(words.length > 0 ? words.join(", ") : texts.wanted(), { evidence: evidenceOf(module) });
    }
    if (module.state === "unknown") return cannotTell(module.reason, module.evidence);
    const rejection = keyRejected(facts);
    if (rejection) return notSigned(facts, 0.95, [rejection]);
    if (built.state === "unknown") return cannotTell(built.reason, built.evidence);
    if (built.state === "absent") return notBuilt(facts);
    const doubt = unsigned(facts, built.value);
    if (doubt !== null) return notSigned(facts, doubt, signature(built.value));
    const { secureBoot } = facts.system;
    // Either would tell whether Secure Boot is what keeps it out.
    if (hidden(secureBoot) && hidden(facts.driver.kernelLog)) return cannotTell(secureBoot.reason, secureBoot.evidence);
    return failed(
      texts.notLoaded(),
      texts.idle(),
      suspect("kernel-module-missing", 0.6, ...evidenceOr({ source: "lsmod", excerpt: "no nvidia" }, module, built)),
    );
  },
});

function failed(
  found: ReturnType<typeof texts.notLoaded>,
  detail: ReturnType<typeof texts.idle>,
  suspicion: ReturnType<typeof suspect>,
): Outcome {
  return fail({ found, wanted: texts.wanted(), detail, suspicions: [suspicion], evidence: suspicion.evidence });
}

function notBuilt(facts: Facts): Outcome {
  const { builtFor, dkms, headers, module, built } = facts.driver;
  const kernel = known(facts.system.kernel) ?? "";
  const others = (known(builtFor) ?? []).filter((other) => other !== kernel);
  const detail =
    others.length > 0 ? texts.otherKernels({ others: others.join(", "), kernel }) : texts.notBuilt({ kernel });
  const evidence: Evidence[] = [{ source: "uname -r", excerpt: kernel }, ...evidenceOf(module, built, builtFor, dkms)];
  if (known(headers) === false) evidence.push(toldEvidence(`/lib/modules/${kernel}/build`, texts.noHeaders()));
  return failed(texts.notLoaded(), detail, suspect("kernel-module-missing", 0.95, ...evidence));
}

function notSigned(facts: Facts, confidence: number, why: readonly Evidence[]): Outcome {
  const evidence = [...why, ...evidenceOf(facts.system.secureBoot)];
  return failed(texts.rejected(), texts.unsigned(), suspect("secure-boot-unsigned-module", confidence, ...evidence));
}

const rejections =
  /key was rejected by service|loading of (?:unsigned )?module.{0,80}is rejected|lockdown:.{0,80}unsigned module loading/i;

function keyRejected({ driver }: Facts): Evidence | undefined {
  const line = (known(driver.kernelLog) ?? []).find((l) => rejections.test(l));
  return line === undefined ? undefined : { source: "dmesg", excerpt: line };
}

/**
 * How likely Secure Boot keeps the module out. Where the kernel log cannot be read, a signature proves nothing: its key
 * may never have been enrolled.
 */
function unsigned({ system, driver }: Facts, built: BuiltModule): number | null {
  if (known(system.secureBoot) !== true) return null;
  // Only modinfo tells version and signer.
  if (built.version !== null && built.signer === null) return 0.8;
  return driver.kernelLog.state === "value" ? null : 0.6;
}

function signature(built: BuiltModule): Evidence[] {
  return [toldEvidence("modinfo nvidia", texts.signer({ path: built.path, signer: built.signer ?? texts.noSigner() }))];
}

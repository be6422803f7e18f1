import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { evidenceOf, known } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { compareDotted } from "../compatibility.ts";
import { inWsl, onLinux } from "../situation.ts";

const texts = {
  oneUnknown: message("one of the versions is not known", "有一个版本无法得知"),
  title: message("Module and libraries agree", "内核模块与库版本一致"),
  found: message("module {module}, libraries {libraries}", "模块 {module}，库 {libraries}"),
  wanted: message("one version", "同一版本"),
  detail: message(
    "The kernel still runs module {module}, while the libraries on disk are {libraries}: the driver was updated without a reboot.",
    "内核仍在运行模块 {module}，而磁盘上的库是 {libraries}：驱动更新后没有重启。",
  ),
};

export default check({
  id: "driver.versions-agree",
  layer: "driver-api",
  impact: "gpu",
  after: ["gpu.present", "driver.module", "driver.api"],
  title: texts.title(),
  appliesTo: ({ driver, ...facts }) =>
    onLinux({ driver, ...facts }) &&
    !inWsl({ driver, ...facts }) &&
    known(driver.module)?.version != null &&
    known(driver.userspaceVersion) !== undefined,
  judge(facts) {
    const { driver } = facts;
    const module = known(driver.module)?.version;
    const libraries = known(driver.userspaceVersion);
    if (!module || !libraries) return cannotTell(texts.oneUnknown());
    const versions = texts.found({ module, libraries });
    // Some systems keep the libraries of several drivers on disk; one that answers has found its own.
    const answers = known(driverReport(facts))?.outcome === "ok";
    if (answers || compareDotted(module, libraries) === 0) return pass(versions);
    const evidence = evidenceOf(driver.module, driver.userspaceVersion);
    return fail({
      found: versions,
      wanted: texts.wanted(),
      detail: texts.detail({ module, libraries }),
      suspicions: [suspect("driver-library-version-mismatch", 0.9, ...evidence)],
      evidence,
    });
  },
});

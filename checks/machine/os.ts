import { cannotTell, check, pass } from "../../src/diagnosis/check.ts";
import { evidenceOf, known, whyUnknown } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";

const texts = {
  untold: message("the system did not tell", "系统没有给出该信息"),
  title: message("Operating system", "操作系统"),
};

export default check({
  id: "machine.os",
  layer: "machine",
  impact: "none",
  after: [],
  title: texts.title(),
  judge({ system }) {
    const os = known(system.os)?.name ?? known(system.platform);
    if (os === undefined) return cannotTell(whyUnknown(system.os, system.platform) ?? texts.untold());
    const rest = [known(system.kernel), known(system.arch)].filter((word) => word !== undefined);
    return pass([os, ...rest].join(", "), { evidence: evidenceOf(system.os, system.kernel) });
  },
});

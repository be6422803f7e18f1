import { check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { known } from "../../src/facts/fact.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { inWsl } from "../situation.ts";

const texts = {
  title: message("WSL version", "WSL 版本"),
  detail: message(
    "WSL1 translates system calls and has no GPU; WSL2 has one.",
    "WSL1 只转译系统调用，没有 GPU；WSL2 才有。",
  ),
};

export default check({
  id: "wsl.version",
  layer: "machine",
  impact: "gpu",
  after: [],
  title: texts.title(),
  appliesTo: inWsl,
  judge({ wsl, system }) {
    const found = known(wsl);
    const version = `WSL${found?.version ?? ""}`;
    const evidence = evidenceOr({ source: "uname -r", excerpt: known(system.kernel) ?? version }, wsl, system.kernel);
    if (found?.version === 1) {
      const suspicions = [suspect("wsl1-no-gpu", 0.97, ...evidence)];
      return fail({ found: version, wanted: "WSL2", detail: texts.detail(), suspicions, evidence });
    }
    const names = [found && known(found.package), found && known(found.distro)].filter((name) => name !== undefined);
    return pass([version, ...names].join(", "), { evidence });
  },
});

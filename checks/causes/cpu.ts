/** Training on the CPU, which every machine can do. */
import type { Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { activePython } from "../situation.ts";
import { pipInstall, pythonWhere } from "./python.ts";
import { type } from "./remedies.ts";

const texts = {
  train: message("Train on the CPU: the framework that is installed can do it", "使用 CPU 训练：已安装的框架就能做到"),
  install: message(
    "Train on the CPU: install the smaller CPU build of PyTorch",
    "使用 CPU 训练：安装体积更小的 CPU 版 PyTorch",
  ),
};

/** Proves it with the framework that is there, or installs the CPU wheel first. */
export function trainOnCpu(facts: Facts): Remedy {
  const active = activePython(facts);
  const frameworks = active === undefined ? [] : (known(active.frameworks) ?? []);
  if (frameworks.length > 0) return type("any", texts.train(), ["envdoctor train --device cpu"]);
  const commands = pipInstall(facts, { requirements: ["torch"], index: "https://download.pytorch.org/whl/cpu" });
  return type(pythonWhere(facts), texts.install(), commands, "network");
}

/** Native Windows: into WSL2, or staying there. */
import { catalogue } from "../../../checks/causes/index.ts";
import { updateWindowsDriver, updateWsl } from "../../../checks/causes/wsl-remedies.ts";
import type { Cause, Remedy } from "../../diagnosis/cause.ts";
import { known } from "../../facts/fact.ts";
import { message } from "../../text/message.ts";
import type { Edit } from "../edit.ts";
import type { Step } from "../step.ts";
import { runsHere, step, stepsOfCause } from "../steps.ts";
import { type Context, mend } from "./context.ts";
import { frameworkSteps } from "./framework.ts";

const texts = {
  virtualization: message(
    "Switch virtualisation on in the BIOS or UEFI (Intel VT-x, AMD SVM) where Task Manager → Performance → CPU does not say “Virtualization: Enabled”",
    "如果任务管理器 → 性能 → CPU 没有显示“虚拟化：已启用”，请在 BIOS/UEFI 中开启虚拟化（Intel VT-x、AMD SVM）",
  ),
  wslWhy: message(
    "In WSL2 a training script runs on Linux with the Windows driver: workers start by fork in milliseconds, and every framework has GPU builds.",
    "在 WSL2 中，训练脚本运行在 Linux 上并使用 Windows 的驱动：worker 通过 fork 在几毫秒内启动，所有框架都有 GPU 版本。",
  ),
  convert: message("Convert distros that still run as WSL1", "转换仍以 WSL1 运行的发行版"),
  config: message(
    "Give WSL {memory} GB of memory and {processors} processors (.wslconfig)",
    "给 WSL {memory} GB 内存和 {processors} 个处理器（.wslconfig）",
  ),
  configWhy: message(
    "Without it WSL takes half of the memory. Everything else in the file stays as it is.",
    "默认情况下 WSL 只使用一半内存。文件中的其他内容保持不变。",
  ),
  inside: message(
    "Open Ubuntu from the Start menu and run the same wizard there",
    "从开始菜单打开 Ubuntu，并在其中运行同样的向导",
  ),
  insideWhy: message(
    "The framework is installed inside the distro, not on Windows.",
    "框架安装在发行版里，而不是 Windows 上。",
  ),
};

export function windowsSteps(context: Context): Step[] {
  return context.target.way === "wsl2" ? intoWsl2(context) : stay(context);
}

function intoWsl2(context: Context): Step[] {
  const { facts } = context;
  const why = texts.wslWhy();
  const windows = (id: string, remedy: Remedy): Step => {
    const here = runsHere(remedy, facts);
    return step({
      ...{ id: `wsl2/${id}`, title: remedy.title, why, where: "windows", needs: remedy.needs },
      ...{ actions: here ? [{ kind: "run", lines: remedy.commands }] : [], byHand: here ? [] : remedy.commands },
    });
  };
  return [
    step({
      id: "wsl2/virtualization",
      title: texts.virtualization(),
      why,
      where: "windows",
      needs: ["reboot"],
      optional: true,
    }),
    ...remedyWith(catalogue["tf-native-windows-no-gpu"], context, "wsl --install").map((remedy) =>
      windows("install", remedy),
    ),
    windows("update", updateWsl),
    ...remedyWith(catalogue["wsl1-no-gpu"], context, "wsl --set-version").map((remedy) => ({
      ...windows("convert", { ...remedy, title: texts.convert() }),
      optional: true,
    })),
    windows("driver", updateWindowsDriver),
    ...configStep(context),
    step({
      id: "wsl2/inside",
      title: texts.inside(),
      why: texts.insideWhy(),
      where: "windows",
      byHand: ["wsl -d Ubuntu -- npx envdoctor setup"],
      needs: ["network"],
    }),
  ];
}

function remedyWith(cause: Cause, { facts }: Context, command: string): Remedy[] {
  const found = cause.remedies(facts).find(({ commands }) => commands.some((line) => line.startsWith(command)));
  return found ? [found] : [];
}

/** Three quarters of the memory and all processors, merged into the user's own file. */
function configStep({ facts, surroundings }: Context): Step[] {
  const total = known(facts.limits.hostMemoryMiB);
  const processors = known(facts.limits.hostCpus);
  if (total === undefined || processors === undefined) return [];
  const memory = Math.max(4, Math.floor((total / 1024) * 0.75));
  const changes = [
    { section: "wsl2", key: "memory", value: `${memory}GB` },
    { section: "wsl2", key: "processors", value: `${processors}` },
  ];
  const edit: Edit = { kind: "settings", path: `${surroundings.home}\\.wslconfig`, changes };
  const title = texts.config({ memory, processors });
  return [
    step({
      id: "wsl2/config",
      title,
      why: texts.configWhy(),
      where: "windows",
      actions: [{ kind: "edit", edit, lines: [] }],
      optional: true,
    }),
  ];
}

function stay(context: Context): Step[] {
  const { facts, diagnosis } = context;
  const own = context.target.target === "gpu" ? mend(context, ["machine", "driver", "vm"]) : [];
  const ids = diagnosis.causes.map(({ cause }) => cause.id);
  const advice = (["windows-spawn-slow-epochs", "windows-pagefile-too-small"] as const)
    .filter((id) => !ids.includes(id))
    .map((id) => ({
      cause: catalogue[id],
      confidence: 1,
      evidence: [],
      findings: [],
      fix: catalogue[id].remedies(facts),
    }))
    .flatMap((cause) => stepsOfCause(facts, cause, true));
  return [...own, ...frameworkSteps(context), ...mend(context, ["workers"], true), ...advice];
}

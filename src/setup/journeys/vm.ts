/** A guest of a hypervisor: what it cannot get, said plainly, and then a good environment for the CPU. */
import { message } from "../../text/message.ts";
import type { Step } from "../step.ts";
import { step } from "../steps.ts";
import { type Context, causesOf, mend } from "./context.ts";
import { frameworkSteps } from "./framework.ts";

const texts = {
  none: message(
    "This virtual machine gets no CUDA GPU; it trains on the CPU",
    "这台虚拟机没有 CUDA GPU，只能用 CPU 训练",
  ),
};

export function vmSteps(context: Context): Step[] {
  const { target } = context;
  const none = causesOf(context, "vm").find(({ cause }) => cause.id === "vm-no-gpu");
  if (target.target === "gpu") {
    return [...mend(context, ["vm", "machine", "driver"]), ...frameworkSteps(context)];
  }
  if (none === undefined) return frameworkSteps(context);
  const elsewhere = none.fix.filter(({ where }) => where === "host");
  const notice = step({
    ...{ id: "vm-no-gpu/notice", title: texts.none(), why: none.cause.explanation, cause: "vm-no-gpu", optional: true },
    others: elsewhere,
  });
  return [notice, ...frameworkSteps(context)];
}

import { cannotTell, check, fail, type Outcome, pass, suspect } from "../../src/diagnosis/check.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { type Evidence, evidenceOf, hidden, known } from "../../src/facts/fact.ts";
import type { DeviceNode, Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { inContainer, inWsl, nvidiaInSight, onJetson, onLinux } from "../situation.ts";

const texts = {
  title: message("Device nodes /dev/nvidia*", "设备节点 /dev/nvidia*"),
  none: message("none", "无"),
  onDemand: message("none yet; the first program to use the GPU creates them", "尚无；第一个使用 GPU 的程序会创建它们"),
  count: message("{count} nodes", "{count} 个节点"),
  locked: message("no access to {paths}", "无权访问 {paths}"),
  closed: message("the modes of the nodes are not known", "不清楚设备节点的权限"),
  wantedAccess: message("readable and writable", "可读写"),
  lockedDetail: message("The modes of {paths} deny access to this user.", "{paths} 的权限不允许该用户访问。"),
  notPassed: message(
    "The machine has an NVIDIA GPU, but the container was started without it.",
    "宿主机有 NVIDIA GPU，但容器启动时没有传入。",
  ),
  noUvm: message(
    "The container has the card's nodes but not /dev/nvidia-uvm, without which CUDA does not start.",
    "容器里有显卡的设备节点，但没有 /dev/nvidia-uvm，CUDA 因此无法启动。",
  ),
};

export default check({
  id: "driver.device-nodes",
  layer: "device-nodes",
  impact: "gpu",
  after: ["gpu.present", "gpu.bars", "driver.installed", "driver.binding", "driver.module"],
  title: texts.title(),
  appliesTo: (facts) =>
    onLinux(facts) && !inWsl(facts) && !onJetson(facts) && facts.driver.dxg.state !== "value" && nvidiaInSight(facts),
  judge(facts) {
    const { nodes } = facts.driver;
    if (nodes.state === "unknown") return cannotTell(nodes.reason, nodes.evidence);
    const found = known(nodes) ?? [];
    const container = inContainer(facts);
    if (found.length === 0) return container ? notPassed(facts) : notYet(facts);
    const locked = found.filter((node) => node.accessible === false && matters(node));
    const answers = known(driverReport(facts))?.outcome === "ok";
    if (locked.length > 0 && !answers) return lockedOut(locked);
    if (!answers && found.some((node) => node.mode === null && matters(node))) return cannotTell(texts.closed());
    const uvm = found.some((node) => node.path === "/dev/nvidia-uvm");
    const card = found.some((node) => /^\/dev\/nvidia\d+$/.test(node.path));
    if (container && card && !uvm) return withoutUvm(facts, found);
    // Outside of a container the first CUDA program makes it.
    if (hidden(facts.containers) && card && !uvm) return cannotTell(facts.containers.reason);
    return pass(texts.count({ count: found.length }), { evidence: evidenceOf(nodes) });
  },
});

/** nvidia-modeset and nvidia-caps serve graphics and MIG; CUDA starts without them. */
function matters({ path }: DeviceNode): boolean {
  return /^\/dev\/nvidia(?:\d+|ctl|-uvm)$/.test(path);
}

/** On the machine itself the first program makes the nodes; in a container or a partitioned guest none does. */
function notYet({ containers, driver }: Facts): Outcome {
  const open = [containers, driver.dxg].find(hidden);
  return open ? cannotTell(open.reason) : pass(texts.onDemand());
}

function notPassed(facts: Facts): Outcome {
  const evidence: Evidence[] = [
    { source: "ls /dev/nvidia*", excerpt: "No such file or directory" },
    ...evidenceOf(facts.driver.module, facts.bus.adapters).slice(0, 2),
  ];
  const suspicions = [suspect("container-missing-gpu-flag", 0.9, ...evidence)];
  return fail({ found: texts.none(), wanted: "/dev/nvidia0 …", detail: texts.notPassed(), suspicions, evidence });
}

function lockedOut(locked: readonly DeviceNode[]): Outcome {
  const paths = locked.map((node) => node.path).join(", ");
  const evidence = locked.slice(0, 3).map((node) => ({ source: `ls -l ${node.path}`, excerpt: modesOf(node) }));
  const suspicions = [suspect("device-node-permissions", 0.95, ...evidence)];
  const detail = texts.lockedDetail({ paths });
  return fail({ found: texts.locked({ paths }), wanted: texts.wantedAccess(), detail, suspicions, evidence });
}

function withoutUvm(facts: Facts, found: readonly DeviceNode[]): Outcome {
  const listed = { source: "ls /dev/nvidia*", excerpt: found.map((node) => node.path).join(" ") };
  const evidence = evidenceOr(listed, facts.driver.nodes);
  const suspicions = [suspect("container-uvm-device-missing", 0.9, ...evidence)];
  return fail({ found: listed.excerpt, wanted: "/dev/nvidia-uvm", detail: texts.noUvm(), suspicions, evidence });
}

/** "0660 root:video" */
export function modesOf({ mode, owner, group }: DeviceNode): string {
  const modes = mode === null ? "" : mode.toString(8).padStart(4, "0");
  return [modes, `${owner ?? "?"}:${group ?? "?"}`].filter((word) => word !== "").join(" ");
}

import { dirname } from "node:path/posix";
import type { Host, RunResult } from "../../host/host.ts";
import { message, type Said } from "../../text/message.ts";
import { excerpt } from "../../text/plain.ts";
import { absent, type Fact, toldEvidence, unknown, value } from "../fact.ts";
import type { DeviceNode, LoadedModule, SmiReport } from "../facts.ts";
import { driverFolders, wslFolder } from "../library-folders.ts";
import { evidence, hostWords } from "../parse/answers.ts";
import { parseNvidiaSmi } from "../parse/nvidia-smi.ts";
import { environment, findProgram, programFolders } from "../program.ts";
import { foldersIn } from "../python/paths.ts";

const texts = {
  late: message("no answer within {seconds} s", "{seconds} 秒内没有响应"),
  notCalled: message("{path} was not called: {danger}", "没有调用 {path}：{danger}"),
  denied: message("{path} may not be run by this user", "当前用户无权运行 {path}"),
  notStarted: message("nvidia-smi could not be started: {why}", "无法启动 nvidia-smi：{why}"),
  noReason: message("no reason given", "原因不明"),
  makesNodes: message(
    "without a loaded driver it would make device nodes when root starts it",
    "驱动未加载时，由 root 启动它会创建设备节点",
  ),
  loads: message(
    "without a loaded driver it would start {helper}, which loads one",
    "驱动未加载时，它会启动 {helper} 去加载驱动",
  ),
};

const argv = ["nvidia-smi", "-q", "-x"] as const;
/** The setuid helper by which NVML loads the module and makes the device nodes for a user who may not. */
const helper = "/usr/bin/nvidia-modprobe";

const notFound = absent(evidence("nvidia-smi", "not found"));
/** A report of sixteen cards with all their MIG devices is below half of it. */
const maxBytes = 1024 * 1024;

export interface Surroundings {
  readonly module: Fact<LoadedModule>;
  readonly nodes: Fact<readonly DeviceNode[]>;
  readonly dxg: Fact<DeviceNode>;
}

/**
 * What nvidia-smi says, asked once at most. The look must not change the machine, and without a driver at work NVML does:
 * for root it makes /dev/nvidiactl, for others the setuid nvidia-modprobe loads the module and makes the nodes. So
 * nvidia-smi is called where a driver is at work (module loaded, nodes or /dev/dxg there), on Windows, where no NVML
 * library is for it to load, or by a user for whom nothing could be made. Elsewhere its word is unknown, and the
 * driver's other facts tell more than it could.
 */
export async function askNvidiaSmi(host: Host, around: Surroundings): Promise<Fact<SmiReport>> {
  if (host.identity.platform === "darwin") return absent();
  const folders = programFolders(host, extraFolders(host));
  const path = await findProgram(host, "nvidia-smi", folders);
  const atWork = host.identity.platform === "win32" || Object.values(around).some(({ state }) => state === "value");
  if (!atWork) {
    if (path === null) return notFound;
    const danger = await whatItWouldChange(host, path);
    if (danger !== undefined) return unknown(texts.notCalled({ path, danger }));
  }
  const env = { PATH: folders.join(host.identity.platform === "win32" ? ";" : ":") };
  const run = await host.run(argv, { env, maxBytes });
  if (run.outcome === "missing") return notFound;
  if (run.outcome === "denied") return unknown(texts.denied({ path: path ?? "nvidia-smi" }));
  if (run.outcome === "failed")
    return unknown(
      texts.notStarted({ why: run.stderr.trim() === "" ? texts.noReason() : hostWords(excerpt(run.stderr, 1)) }),
    );
  const report = { ...smiReport(run), path };
  const source = argv.join(" ");
  if (run.outcome === "timeout") return value(report, toldEvidence(source, late(run)));
  return value(report, evidence(source, report.message ?? summary(report)));
}

/** The report of a run, whatever became of it; of a run that was killed only what it had said. */
function smiReport(run: RunResult): SmiReport {
  const report = parseNvidiaSmi(run.stdout, run.stderr, run.exitCode);
  if (run.outcome === "timeout") {
    return { ...report, outcome: "timeout", message: late(run).en };
  }
  if (run.truncated) return { ...report, outcome: "unreadable" };
  if (run.signal === null) return report;
  return { ...report, outcome: "crashed", message: report.message ?? `killed by ${run.signal}` };
}

function late({ durationMs }: RunResult): Said {
  return texts.late({ seconds: Math.round(durationMs / 100) / 10 });
}

function extraFolders(host: Host): string[] {
  return host.identity.platform === "win32" ? ["C:\\Windows\\System32"] : [wslFolder];
}

async function whatItWouldChange(host: Host, path: string): Promise<Said | undefined> {
  if (!(await hasNvml(host, path))) return undefined;
  if (host.identity.uid === 0) return texts.makesNodes();
  const modprobe = await host.stat(helper);
  return modprobe.ok ? texts.loads({ helper }) : undefined;
}

async function hasNvml(host: Host, path: string): Promise<boolean> {
  const real = await host.realPath(path);
  const prefix = dirname(dirname(real.ok ? real.value : path));
  const folders = [
    ...foldersIn(host, environment(host, "LD_LIBRARY_PATH")),
    ...driverFolders(host),
    wslFolder,
    `${prefix}/lib`,
    `${prefix}/lib64`,
  ];
  const found = await Promise.all([...new Set(folders)].map((folder) => host.realPath(`${folder}/libnvidia-ml.so.1`)));
  return found.some(({ ok }) => ok);
}

function summary({ gpus, driverVersion }: SmiReport): string {
  const names = gpus.map(({ name }) => name ?? "?").join(", ");
  return `driver ${driverVersion ?? "?"}: ${names}`;
}

/** Everything that reads what others wrote. Each takes any text; only a UsageError may come of it, where that is agreed. */
import { compareDotted } from "../../checks/compatibility.ts";
import { pythonServes } from "../../checks/wheels.ts";
import { computeCapabilityByName, gpuByDeviceTree } from "../../src/facts/gpu-table.ts";
import { parsePackageVersion } from "../../src/facts/node.ts";
import { cgroupFolders, limitOfMemory, parseCgroup, quotaOfCfs, quotaOfCpuMax } from "../../src/facts/parse/cgroup.ts";
import { cgroupSignals, containersOf, managerSignal, mountSignals } from "../../src/facts/parse/containers.ts";
import {
  isNvidiaModuleFile,
  kernelOfMakeLog,
  parseDkmsStatus,
  parseModinfo,
  parseNvrmVersion,
  versionOfLibrary,
} from "../../src/facts/parse/driver-module.ts";
import {
  parseDpkgList,
  parseDpkgQuery,
  parsePacmanFolders,
  parseRpmQuery,
} from "../../src/facts/parse/driver-packages.ts";
import { cpuFlagOf, hypervisorOf } from "../../src/facts/parse/hypervisor.ts";
import { gpuLines } from "../../src/facts/parse/kernel-log.ts";
import { isLoaderCache, parseLoaderCache } from "../../src/facts/parse/loader-cache.ts";
import { mountOf, parseMountinfo } from "../../src/facts/parse/mountinfo.ts";
import { parseNvidiaSmi } from "../../src/facts/parse/nvidia-smi.ts";
import { macosName, windowsName } from "../../src/facts/parse/os-name.ts";
import { parseOsRelease } from "../../src/facts/parse/os-release.ts";
import { deviceClass, lspciName, parseRegions, pciIdOf, pciIdOfPnp } from "../../src/facts/parse/pci.ts";
import { countCpus, countUsableCpus, meminfoMiB, openFileLimits, statusField } from "../../src/facts/parse/proc.ts";
import {
  versionOfFolder,
  versionOfJson,
  versionOfNvcc,
  versionOfText,
  wrappedNvcc,
} from "../../src/facts/parse/toolkit.ts";
import { booleanOf, integerOf, memoryMiBOf, parseWslIni } from "../../src/facts/parse/wsl-ini.ts";
import { parseLauncher } from "../../src/facts/python/candidates.ts";
import { parseVenvConfig } from "../../src/facts/python/environment.ts";
import { parseInterpreter } from "../../src/facts/python/interpreter.ts";
import { cudaOfCondaBuild, parseCondaMeta, parseDistInfo } from "../../src/facts/python/packages.ts";
import { matchVersion, parseVersionFile } from "../../src/facts/python/pyenv.ts";
import { parseBuildInfo } from "../../src/facts/python/tensorflow.ts";
import { parseReleaseArchitectures, parseTorchVersion } from "../../src/facts/python/torch.ts";
import { parseWslConf, parseWslConfig } from "../../src/facts/wsl-config.ts";
import { documentsOf } from "../../src/fleet/documents.ts";
import { foldNames, NamesError, unfoldNames } from "../../src/fleet/names.ts";
import { readReport } from "../../src/fleet/report-schema.ts";
import { decodeFile, decodeOutput } from "../../src/host/decode.ts";
import { jsonPlace } from "../../src/host/json-place.ts";
import { parseRecording } from "../../src/host/load-recording.ts";
import { recordedHost } from "../../src/host/recorded.ts";
import { commandKey, commandWords } from "../../src/host/recording.ts";
import { redact } from "../../src/host/redact.ts";
import { lintScript } from "../../src/lint/lint.ts";
import { readNotebook } from "../../src/lint/notebook.ts";
import { nvmlTold } from "../../src/nvml/report.ts";
import { explainText } from "../../src/paste/explain.ts";
import { vocabulary } from "../../src/preflight/names.ts";
import { parsePolicy } from "../../src/preflight/policy.ts";
import { parseRequirement, printRequirement, RequirementError } from "../../src/preflight/requirement.ts";
import { difference, edited } from "../../src/setup/edit.ts";
import { meaningOf } from "../../src/setup/failures.ts";
import { excerpt, plainText } from "../../src/text/plain.ts";
import { parseReport } from "../../src/training/protocol.ts";
import { UsageError } from "../../src/usage-error.ts";
import { replay } from "../faults/replay.ts";
import { below, files, outputs, recordings } from "./corpus.ts";
import { policies, requirements } from "./policies.ts";

export interface Target {
  readonly name: string;
  readonly corpus: () => readonly string[];
  readonly read: (text: string) => unknown;
  /** Weight among the others; a whole diagnosis takes a thousand times as long as a line. */
  readonly share: number;
}

const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");
const run = (stdout: string) =>
  ({ outcome: "ended", exitCode: 0, signal: null, stdout, stderr: stdout, truncated: false, durationMs: 1 }) as const;

const lines: readonly Omit<Target, "share">[] = [
  {
    name: "nvidia-smi",
    corpus: outputs("nvidia-smi"),
    read: (text) => [parseNvidiaSmi(text), parseNvidiaSmi("", text, 9)],
  },
  { name: "NVML", corpus: outputs("envdoctor-nvml"), read: (text) => nvmlTold(run(text)) },
  {
    name: "kernel log",
    corpus: outputs("dmesg", "journalctl"),
    read: (text) => gpuLines(text),
  },
  {
    name: "ldconfig",
    corpus: outputs("ldconfig"),
    read: (text) => [isLoaderCache(text), parseLoaderCache(text, ["libcuda.so.1"])],
  },
  {
    name: "driver module",
    corpus: () => [...outputs("modinfo")(), ...files("driver/nvidia/version", "make.log")()],
    read: (text) => [
      parseModinfo(text),
      parseNvrmVersion(text),
      parseDkmsStatus(text),
      kernelOfMakeLog(text),
      isNvidiaModuleFile(text),
      versionOfLibrary(text),
    ],
  },
  {
    name: "packages",
    corpus: outputs("dpkg", "rpm"),
    read: (text) => [
      parseDpkgQuery(text),
      parseDpkgList(text),
      parseRpmQuery(text),
      parsePacmanFolders(text.split("\n")),
    ],
  },
  {
    name: "mounts and groups",
    corpus: files("mountinfo", "/cgroup", "cpu.max", "memory.max"),
    read(text) {
      const mounts = parseMountinfo(text);
      const groups = parseCgroup(text);
      return [
        mountOf("/home/user/data", mounts),
        containersOf([...mountSignals(mounts), ...cgroupSignals(text, "x"), ...managerSignal(text, "x")]),
        cgroupFolders("memory", groups, mounts),
        quotaOfCpuMax(text),
        quotaOfCfs(text, text),
        limitOfMemory(text),
      ];
    },
  },
  {
    name: "procfs",
    corpus: files("/status", "/limits", "meminfo", "cpuinfo", "/online"),
    read: (text) => [
      countCpus(text),
      countUsableCpus(text, "0-7"),
      statusField(text, "PPid"),
      meminfoMiB(text, "MemTotal"),
      openFileLimits(text),
      cpuFlagOf(text),
    ],
  },
  {
    name: "hypervisor",
    corpus: files("/sys_vendor", "/product_name", "/cmdline", "/compatible", "clocksource"),
    read: (text) =>
      hypervisorOf({
        dmi: { sys_vendor: text, product_name: text, bios_vendor: text },
        arch: "x64",
        kernel: text,
        cpuFlag: null,
        cmdline: text,
        sysHypervisor: text,
        xenCapabilities: text,
        deviceTree: text,
        acpiMaker: text,
        clocks: text,
        pciVendors: text.split("\n"),
      }),
  },
  {
    name: "PCI",
    corpus: () => [...files("/class", "/vendor", "/device", "/resource")(), ...outputs("lspci")()],
    read: (text) => [
      deviceClass(text),
      pciIdOf(text, text),
      pciIdOfPnp(text),
      parseRegions(text),
      lspciName(text),
      gpuByDeviceTree(text),
      computeCapabilityByName(text),
    ],
  },
  {
    name: "names of systems",
    corpus: files("os-release", "SystemVersion.plist"),
    read: (text) => [parseOsRelease(text), macosName(text), windowsName(text, text)],
  },
  {
    name: "toolkits",
    corpus: () => [...files("version.json", "version.txt", "/nvcc")(), ...outputs("nvcc")()],
    read: (text) => [
      versionOfJson(text),
      versionOfText(text),
      versionOfNvcc(text),
      versionOfFolder(text),
      wrappedNvcc(text),
      compareDotted(text, "12.4"),
    ],
  },
  {
    name: "settings of WSL",
    corpus: files("wsl.conf", ".wslconfig"),
    read: (text) => [
      parseWslIni(text),
      parseWslConf(text),
      parseWslConfig("/x", Buffer.from(text)),
      parseWslConfig("/x", Buffer.from(text, "utf16le")),
      booleanOf(text),
      memoryMiBOf(text),
      integerOf(text),
    ],
  },
  {
    name: "Pythons",
    corpus: () => [...outputs("interpreter.py", "py -0p")(), ...files("pyvenv.cfg", "version.py", "build_info.py")()],
    read: (text) => [
      parseInterpreter(text),
      parseLauncher(text),
      parseVenvConfig(text),
      parseVersionFile(text),
      matchVersion(text, ["3.12.1", text]),
      parseTorchVersion(text),
      parseReleaseArchitectures(text),
      parseBuildInfo(text),
      parseDistInfo(text),
      parseCondaMeta(text),
      cudaOfCondaBuild(text),
      pythonServes("torch", text, text),
      parsePackageVersion(text),
    ],
  },
  {
    name: "encodings and words",
    corpus: below("texts"),
    read: (text) => [
      decodeFile(bytesOf(text)),
      decodeOutput(bytesOf(text)),
      decodeOutput(bytesOf(text), true),
      plainText(text),
      excerpt(text),
      commandWords(text),
      commandWords(commandKey([text, text])),
      meaningOf(text),
    ],
  },
  {
    name: "names of machines",
    corpus: () => ["node[01-16],gpu-[a,b,7]", "n1,n2,n3"],
    read: (text) => foldNames(unfoldNames(text)),
  },
  {
    name: "edits of settings",
    corpus: files("wsl.conf", ".wslconfig", "pyvenv.cfg"),
    read(text) {
      const bytes = Buffer.from(text);
      const after = edited({ kind: "block", path: "/x", name: "envdoctor", lines: ["export A=1"] }, bytes);
      return difference(bytes, after);
    },
  },
  {
    name: "reports of training",
    corpus: () => ['{"event":"ready","engine":"torch"}'],
    read: (text) => parseReport(text),
  },
  { name: "place of a fault in JSON", corpus: below("machines"), read: (text) => jsonPlace(text) },
  {
    name: "requirement",
    corpus: requirements,
    read: (text) => printRequirement(parseRequirement(text, vocabulary)),
  },
  { name: "policy", corpus: policies, read: (text) => parsePolicy(text, "policy.toml", "gpu-1") },
  {
    name: "reports of a fleet",
    corpus: below("fleet"),
    read: (text) =>
      documentsOf(text, ({ content }) => {
        if (content.ok) readReport(content.document);
      }),
  },
];

const whole: readonly Omit<Target, "share">[] = [
  { name: "explain", corpus: below("texts"), read: (text) => explainText(text) },
  {
    name: "lint",
    corpus: below("lint/scripts"),
    read: (text) => lintScript(text, { startMethod: "spawn" }),
  },
  {
    name: "notebook",
    corpus: () => [
      JSON.stringify({
        cells: below("lint/scripts")()
          .slice(0, 5)
          .map((source) => ({ cell_type: "code", source: source.split("\n") })),
      }),
    ],
    read(text) {
      const code = readNotebook(text);
      return code && lintScript(code.text, { startMethod: "spawn", notebook: true });
    },
  },
  {
    name: "snapshot",
    corpus: () => recordings().map((recording) => JSON.stringify(recording)),
    async read(text) {
      const recording = parseRecording(text, "s.json");
      redact(recording);
      return replay(recordedHost(recording));
    },
  },
];

export const targets: readonly Target[] = [
  ...lines.map((target) => ({ ...target, share: 4 })),
  ...whole.map((target) => ({ ...target, share: 1 })),
];

/** Their callers turn the last two into usage errors with the place. */
const agreed = [UsageError, RequirementError, NamesError];

/** What is wrong with the way this target took this text, or null. */
export async function fault(target: Target, text: string): Promise<string | null> {
  try {
    await target.read(text);
  } catch (error) {
    if (!agreed.some((kind) => error instanceof kind))
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    const said = error instanceof UsageError ? `${error.said.en}\n${error.said.zh}` : "";
    if (plainText(said) !== said) return `a usage error with control characters: ${JSON.stringify(said)}`;
  }
  const grown = Object.keys(Object.prototype);
  return grown.length > 0 || "polluted" in {} ? `the prototype of all objects has ${grown.join(", ")}` : null;
}

import { absent, known, notTold, unknown } from "../../facts/fact.ts";
import type { Adapter, GpuVendor, SmiReport } from "../../facts/facts.ts";
import { computeCapabilityByName, gpuByPciId, vendorByPciId } from "../../facts/gpu-table.ts";
import { parseNvidiaSmi } from "../../facts/parse/nvidia-smi.ts";
import type { Haystack } from "../search.ts";
import { at, factOf, type Reader, type Told } from "./told.ts";

const smiWords =
  /NVIDIA-SMI|NVSMI LOG|<nvidia_smi_log>|Failed to initialize NVML|No devices were found|Unable to determine the device handle|^GPU \d+: .{3,80}\(UUID: /m;
const driverField =
  /^\W{0,6}(?:nvidia )?(?:gpu )?driver(?: version)?\W{0,4}[:=] ?(\d{3}(?:\.\d{1,3}){1,2})|Nvidia driver version: (\d{3}(?:\.\d{1,3}){1,2})|(?:driver|驱动)(?:s| version| 版本|版本)?(?: is| was)?[ :=]{1,3}v?(\d{3}\.\d{2,3}(?:\.\d{2})?)\b|^(\d{3}\.\d{2,3}(?:\.\d{2})?)\W{0,3}$/im;
/** lspci, with or without -nn, -k, -D. */
const lspciLine =
  /^\s*((?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]) (VGA compatible controller|3D controller|Display controller|Processing accelerators)(?: \[[0-9a-f]{4}\])?: (.{3,200})$/i;
const inUse = /^\s*Kernel driver in use: (\S{1,40})/;
const inxiLine =
  /\bDevice-\d{1,2}: ((?:Intel|AMD|Advanced Micro|NVIDIA|VMware|Microsoft|Red Hat|Cirrus|ASPEED|Matrox)\b.{0,100}?)(?:\s{1,4}(?:vendor: .{0,40} )?driver: (\S{1,20}))/i;
const lspciEnd = /^\S|^\s*[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f] /i;
const named =
  /^(?:\W{0,6}(?:gpu|graphics(?: card)?|video card|gpu models? and configuration|gpu model|gpu \d+|cuda device|chipset model)\W{1,4}(?:gpu \d+: )?|.{0,20}Device \d+: ["']?|name=)((?:NVIDIA |GeForce |Tesla |Quadro |RTX |GTX |TITAN |AMD |Radeon |Apple M|Intel )[^\n,;|"'(]{2,60})/im;

/** Cards: nvidia-smi in any form, lspci, lshw, collect_env, deviceQuery, and the card that an issue form names. */
export const readGpus: Reader = (text, told) => {
  readSmi(text, told);
  const adapters = lspciAdapters(text);
  if (adapters.length === 0) adapters.push(...inxiAdapters(text));
  if (adapters.length === 0 && !known(told.driver.smi)?.gpus.length) adapters.push(...namedAdapter(text));
  if (adapters.length > 0)
    told.bus.adapters = factOf(adapters, at(text, /(?:VGA compatible|3D|Display) controller|\bgpu\b/i, "lspci"));
};

function readSmi(text: Haystack, told: Told): void {
  const missing =
    /nvidia-smi: (?:command )?not found|command not found: nvidia-smi|'nvidia-smi' is not recognized|Command 'nvidia-smi' not found/;
  const driver = text
    .match(driverField)
    ?.slice(1)
    .find((each) => each !== undefined);
  if (text.has(smiWords)) {
    const report = parseNvidiaSmi(text.lines.map((line) => line.text).join("\n"));
    const spoken: SmiReport = { ...report, driverVersion: report.driverVersion ?? driver ?? null };
    told.driver.smi = factOf(spoken, at(text, smiWords, "nvidia-smi"));
    return;
  }
  if (text.has(missing)) told.driver.smi = absent(...at(text, missing, "nvidia-smi"));
  else if (driver) {
    const gpus: SmiReport["gpus"] = [];
    told.driver.smi = factOf(
      {
        path: null,
        outcome: "unreadable",
        exitCode: null,
        message: null,
        driverVersion: driver,
        smiVersion: null,
        cudaVersion: null,
        gpus,
      },
      at(text, driverField, "driver version"),
    );
  }
}

function lspciAdapters(text: Haystack): Adapter[] {
  const adapters: Adapter[] = [];
  for (const [i, { text: line, number }] of text.lines.entries()) {
    const found = lspciLine.exec(line.slice(0, 400));
    if (!found) continue;
    const [, address = "", , device = ""] = found;
    const pciId = /\[([0-9a-f]{4}:[0-9a-f]{4})\]/i.exec(device)?.[1]?.toLowerCase() ?? null;
    const details: string[] = [];
    for (const next of text.lines.slice(i + 1, i + 30)) {
      if (lspciEnd.test(next.text)) break;
      details.push(next.text);
    }
    const driver = details.map((each) => inUse.exec(each)?.[1]).find((each) => each !== undefined);
    const told = details.some((each) => /Kernel modules:|Kernel driver/.test(each));
    adapters.push({
      ...described(device, pciId),
      address: address.length === 7 ? `0000:${address}` : address,
      driver: driver
        ? factOf(driver, [{ source: "lspci -k", excerpt: `Kernel driver in use: ${driver}`, line: number }])
        : told
          ? absent({ source: "lspci -k", excerpt: line.trim().slice(0, 200), line: number })
          : unknown(notTold),
    });
  }
  return adapters;
}

function described(device: string, pciId: string | null): Omit<Adapter, "address" | "driver"> {
  const model = pciId ? gpuByPciId(pciId) : null;
  const brackets = /\[([^\]:]{3,60})\]/.exec(device)?.[1];
  const plain = device.replace(/\s*\[[0-9a-f]{4}:[0-9a-f]{4}\].*$/i, "").replace(/ \(rev .{0,10}\)$/, "");
  const name =
    model?.name ?? brackets ?? (plain.replace(/^.{0,60}?(?:Corporation|Inc\.|Technologies|\[AMD\/ATI\]) /, "") || null);
  return {
    vendor: pciId ? vendorByPciId(pciId) : vendorByName(device),
    name,
    pciId,
    bars: unknown(notTold),
    architecture: model?.architecture ?? null,
    computeCapability: model?.computeCapability ?? capabilityOf(name),
  };
}

/** People leave out the brand and add the kind of case. */
function capabilityOf(name: string | null): string | null {
  if (name === null) return null;
  const plain = name.replace(/ (?:Laptop GPU|Mobile|Max-Q.*|\d+ ?GB)$/i, "");
  return computeCapabilityByName(plain) ?? computeCapabilityByName(`GeForce ${plain}`);
}

const vendorNames: readonly (readonly [RegExp, GpuVendor])[] = [
  [/nvidia|geforce|quadro|tesla|\b[RG]TX\b|titan/i, "nvidia"],
  [/vmware/i, "vmware"],
  [/virtualbox|innotek/i, "virtualbox"],
  [/qxl|virtio|red hat|cirrus|bochs|qemu/i, "qemu"],
  [/microsoft/i, "microsoft"],
  [/\bamd\b|\bati\b|advanced micro|radeon/i, "amd"],
  [/intel/i, "intel"],
  [/apple/i, "apple"],
];

function vendorByName(name: string): GpuVendor {
  return vendorNames.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}

/** `inxi -G`: "Device-1: NVIDIA GA106M [GeForce RTX 3060 Mobile] driver: nvidia v: 535.54" */
function inxiAdapters(text: Haystack): Adapter[] {
  return text.lines.flatMap(({ text: line, number }) => {
    const [, device, driver] = inxiLine.exec(line.slice(0, 400)) ?? [];
    if (device === undefined) return [];
    const evidence = { source: "inxi -G", excerpt: line.trim().slice(0, 200), line: number };
    const told = driver === undefined || driver === "N/A" ? absent(evidence) : factOf(driver, [evidence]);
    return [{ ...described(device.trim(), null), address: null, driver: told }];
  });
}

/** The card that people name: not proof that it is on the bus, but all that the text tells. */
function namedAdapter(text: Haystack): Adapter[] {
  const name = text
    .match(named)?.[1]
    ?.trim()
    .replace(/ +\d{1,3} ?(?:GB|GiB|G)$/i, "");
  if (!name) return [];
  return [{ ...described(name, null), name, address: null, driver: unknown(notTold) }];
}

import { absent } from "../../facts/fact.ts";
import type { DeviceNode } from "../../facts/facts.ts";
import { parseDkmsStatus, parseModinfo, parseNvrmVersion } from "../../facts/parse/driver-module.ts";
import { parseDpkgList } from "../../facts/parse/driver-packages.ts";
import { gpuLines } from "../../facts/parse/kernel-log.ts";
import type { Haystack } from "../search.ts";
import { at, factOf, group, type Reader } from "./told.ts";

const kernelWords = /\bNVRM:|\bXid\b|dxgk|nouveau [0-9a-f]{4}:|module verification failed|Key was rejected|Lockdown:/;
/** `ls -l`: "crw-rw-rw- 1 root root 195, 0 Feb 15 19:37 /dev/nvidia0" */
const listedNode =
  /^(?:\$ .{0,20})?c([r-][w-][x-]){0,1}([r-][w-][x-])?([r-][w-][x-])?\S? +\d* ?(\S{1,32}) (\S{1,32}) +\d+, +\d+ .{0,40}?(\/dev\/(?:nvidia[\w-]*|dxg))$/;
const statedNode =
  /(\/dev\/(?:nvidia[\w-]*|dxg)):? \{?"exists": ?(true|false)|cannot access '?(\/dev\/(?:nvidia[\w*-]*|dxg))'?: No such file/;

/** The driver's module, packages, device nodes and kernel messages. */
export const readDriver: Reader = (text, told) => {
  const all = text.lines.map((line) => line.text).join("\n");
  const { driver } = told;
  const loaded = parseNvrmVersion(all);
  if (loaded) driver.module = factOf(loaded, at(text, /NVRM version:/, "/proc/driver/nvidia/version"));
  else if (text.has(/^nvidia +\d{4,}/m))
    driver.module = factOf({ version: null, flavour: null }, at(text, /^nvidia +\d{4,}/m, "lsmod"));
  if (text.has(/^filename: .{0,200}nvidia/m)) {
    const built = parseModinfo(all);
    if (built) driver.built = factOf(built, at(text, /^filename: /m, "modinfo nvidia"));
  }
  const dkms = parseDkmsStatus(all);
  if (dkms.length > 0) driver.dkms = factOf(dkms, at(text, /^nvidia[\w-]*(?:\/|, )\d/m, "dkms status"));
  const packages = parseDpkgList(all);
  if (packages.length > 0) driver.packages = factOf(packages, at(text, /^(?:ii|hi) +\S*(?:nvidia|cuda)/m, "dpkg -l"));
  if (text.has(kernelWords)) driver.kernelLog = factOf(gpuLines(all), at(text, kernelWords, "dmesg"));
  readNodes(text, told);
  const fabric = group(text, /nvidia-fabricmanager[\s\S]{0,400}?Active: (active|inactive|failed)/);
  if (fabric) driver.fabricManager = factOf(fabric, at(text, /Active: /, "systemctl status nvidia-fabricmanager"));
  const profile = /prime-select query\s{1,4}(nvidia|on-demand|intel)\b/;
  const chosen = group(text, profile);
  if (chosen) driver.primeProfile = factOf(chosen, at(text, profile, "prime-select query"));
};

const readNodes: Reader = (text, told) => {
  const nodes: DeviceNode[] = [];
  for (const { text: line, number } of text.lines) {
    if (!line.includes("/dev/")) continue;
    const found = listedNode.exec(line.replace(/ {2,}/g, " ").trim());
    const stated = statedNode.exec(line);
    if (found) nodes.push(nodeOf(found));
    const path = stated?.[1] ?? stated?.[3];
    if (path === "/dev/dxg") {
      const evidence = { source: "ls -l /dev/dxg", excerpt: line.trim().slice(0, 200), line: number };
      const node: DeviceNode = { path, mode: null, owner: null, group: null, accessible: null };
      told.driver.dxg = stated?.[2] === "true" ? factOf(node, [evidence]) : absent(evidence);
    }
  }
  const dxg = nodes.find((node) => node.path === "/dev/dxg");
  if (dxg) told.driver.dxg = factOf(dxg, at(text, /\/dev\/dxg/, "ls -l /dev/dxg"));
  const own = nodes.filter((node) => node.path !== "/dev/dxg");
  if (own.length > 0) told.driver.nodes = factOf(own, at(text, /\/dev\/nvidia/, "ls -l /dev/nvidia*"));
};

function nodeOf(found: RegExpExecArray): DeviceNode {
  const bits = found
    .slice(1, 4)
    .map((word) => [..."rwx"].reduce((sum, letter, i) => sum * 2 + (word?.[i] === letter ? 1 : 0), 0));
  const mode = bits.reduce((sum, digit) => sum * 8 + digit, 0);
  // Whether the process may open it depends on who runs it, which a listing does not tell, unless all may.
  return {
    path: found[6] ?? "",
    mode,
    owner: found[4] ?? null,
    group: found[5] ?? null,
    accessible: (mode & 0o006) === 0o006 ? true : null,
  };
}

/** What nvcc and the environment say of CUDA. */
export const readCuda: Reader = (text: Haystack, told) => {
  const release = /Cuda compilation tools, release (\d+\.\d+)/;
  const version = group(text, release);
  if (version)
    told.cuda.toolkits = factOf([{ version, path: "nvcc", onPath: true }], at(text, release, "nvcc --version"));
  const visible = /(?:^|\s|export |set )CUDA_VISIBLE_DEVICES=["']?([\w,-]{0,60})/m;
  const match = text.match(visible);
  if (match) told.cuda.visibleDevices = factOf(match[1] ?? "", at(text, visible, "CUDA_VISIBLE_DEVICES"));
};

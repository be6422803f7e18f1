import { known, notTold, unknown } from "../../facts/fact.ts";
import type { WslConfig, WslFacts } from "../../facts/facts.ts";
import { isStockKernel, wslVersion } from "../../facts/wsl.ts";
import { parseWslConf, parseWslConfig } from "../../facts/wsl-config.ts";
import type { Haystack } from "../search.ts";
import { at, factOf, group, type Reader } from "./told.ts";

/** `wsl -l -v`: the columns hold in every language, the words do not. */
const listed = /^\*? ?([A-Za-z][\w.-]{1,40}) \S[^\n]{0,24}? ([12])$/m;
const listHeader = /NAME .{0,20}STATE .{0,20}VERSION|wsl(?:\.exe)? (?:-l\b|--list)/i;
/** `wsl --version`: the first line names the package, whatever the language. */
const packageVersion = /^WSL[^\n:]{0,30}: ?(\d\.\d{1,3}\.\d{1,3}\.\d{1,3})/im;
const windowsVersion =
  /^(?:Windows|Версия Windows)[^\n:]{0,30}: ?10\.0\.(\d{5})|\bbuild:? ?(?:10\.0\.)?(\d{5})\b|\[(?:Version|版本|Versión|version|Versione|Версия) 10\.0\.(\d{5})/im;

/** WSL from kernels, `wsl -l -v`, `wsl --version`, `wsl --status`, .wslconfig, wsl.conf and issue forms. */
export const readWsl: Reader = (text, told) => {
  const kernel = known(told.system.kernel) ?? "";
  const version = wslVersion(kernel) ?? versionSaid(text);
  if (version === null) return;
  const release = group(text, packageVersion);
  const build = text.match(windowsVersion);
  const number = build?.slice(1).find((each) => each !== undefined);
  const facts: WslFacts = {
    version,
    package: release ? factOf(release, at(text, packageVersion, "wsl --version")) : unknown(notTold),
    distro: distroOf(text),
    interop: unknown(notTold),
    customKernel:
      version === 2 && /microsoft/.test(kernel)
        ? factOf(!isStockKernel(kernel), at(text, /microsoft/i, "uname -r"))
        : unknown(notTold),
    windowsBuild: number ? factOf(Number(number), at(text, windowsVersion, "ver")) : unknown(notTold),
    conf: confOf(text),
    config: configOf(text),
  };
  told.wsl = factOf(facts, at(text, /microsoft|\bwsl/i, "uname -r"));
};

function versionSaid(text: Haystack): 1 | 2 | null {
  const said = group(text, /\bWSL:? ?([12])\b(?! or|\.\d)/i);
  const row = text.has(listHeader) ? group(text, listed, 2) : undefined;
  if (row) return row === "1" ? 1 : 2;
  if (text.has(/\[[xX]\] WSL ?1/)) return 1;
  if (said === "1" && !text.has(/WSL ?2|microsoft-standard/i)) return 1;
  const two =
    /microsoft-standard|\bWSL ?2\b|\[wsl2\]|\/usr\/lib\/wsl\/|\/dev\/dxg\b|dxgk(?:rnl|io)|^WSL version: ?\d\./im;
  return text.has(two) && !text.has(/GPU-?PV?\b|dxgkrnl-dkms|hyper-?v/i) ? 2 : null;
}

function distroOf(text: Haystack): WslFacts["distro"] {
  const row = text.has(listHeader) ? group(text, listed) : undefined;
  const field = /^\W{0,4}(?:distro(?:\s?version)?|distribution)\W{0,4}[:=] ?([A-Za-z][\w .-]{2,40})/im;
  const name = row ?? group(text, field);
  return name ? factOf(name, []) : unknown(notTold);
}

function confOf(text: Haystack): WslFacts["conf"] {
  const section = sectionOf(text, /^\[(?:gpu|automount|boot|interop)\]$/i);
  return section === null
    ? unknown(notTold)
    : factOf(parseWslConf(section), at(text, /^\[(?:gpu|automount)\]/im, "/etc/wsl.conf"));
}

function configOf(text: Haystack): WslFacts["config"] {
  const section = sectionOf(text, /^\[(?:wsl2|experimental)\]$/i);
  if (section === null) return unknown(notTold);
  const path = "%UserProfile%\\.wslconfig";
  const read = parseWslConfig(path, Buffer.from(section, "utf8"));
  const encoding: WslConfig["encoding"] = text.has(/UTF-?16/i) ? "utf-16" : read.encoding;
  return factOf({ ...read, encoding }, at(text, /^\[(?:wsl2|experimental)\]/im, path));
}

/** The lines from a section header on, as long as they look like such a file. */
function sectionOf(text: Haystack, header: RegExp): string | null {
  const start = text.lines.findIndex((line) => header.test(line.text.trim()));
  if (start < 0) return null;
  const lines: string[] = [];
  for (const { text: line } of text.lines.slice(start, start + 60)) {
    if (!/^\s*(?:$|#|;|\[\w+\]|\w+ ?=)/.test(line)) break;
    lines.push(line);
  }
  return lines.join("\n");
}

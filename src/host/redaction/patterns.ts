/**
 * Secrets that betray themselves by their shape. Every expression runs in linear time: repetitions are bounded or of a
 * single class. Placeholders keep the shape, so that the parsers of the diagnosis read them as they read the original.
 */
import { isIPv6 } from "node:net";
import type { Tally } from "./tally.ts";

type Step = (text: string, tally: Tally) => string;

const tokenShapes =
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,255}|(?:AKIA|ASIA)[A-Z0-9]{16}|hf_[A-Za-z0-9]{20,255}|sk-[\w-]{20,255}|xox[a-z]-[\w-]{10,255}|npm_[A-Za-z0-9]{30,255}|pypi-[\w-]{40,1024}|AIza[\w-]{35}|eyJ[\w-]{8,4096}\.[\w-]{8,4096}\.[\w-]{0,4096})/g;
const bearer = /\b(bearer|basic)([ \t]{1,4})([\w.~+/=-]{8,4096})/gi;
const assigned =
  /(?<![a-z])(pass(?:word|wd|phrase)|token|secret|api[_-]?key|access[_-]?key)(["']?[ \t]{0,4}[=:][ \t]{0,4}["']?)([^\s"',;&<>]{6,512})/gi;

const tokens: Step = (text, tally) => {
  const replace = (token: string) => tally.placeholder("token", token, (n) => `redacted-token-${n}`);
  return text
    .replace(tokenShapes, replace)
    .replace(bearer, (_, word: string, space: string, token: string) => word + space + replace(token))
    .replace(assigned, (_, name: string, sign: string, value: string) => {
      const known = value.startsWith("redacted-");
      return name + sign + (known ? value : tally.placeholder("password", value, (n) => `redacted-password-${n}`));
    });
};

const keyBegin = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g;

/** Whole blocks; one whose end is missing goes to the end of the text. */
const privateKeys: Step = (text, tally) => {
  let result = "";
  let from = 0;
  for (const begin of text.matchAll(keyBegin)) {
    if (begin.index < from) continue;
    const end = text.indexOf("-----END", begin.index);
    const lineEnd = end < 0 ? -1 : text.indexOf("-----", end + 8);
    const after = lineEnd < 0 ? text.length : lineEnd + 5;
    const block = text.slice(begin.index, after);
    result += text.slice(from, begin.index) + tally.placeholder("private-key", block, (n) => `redacted-key-${n}`);
    from = after;
  }
  return result + text.slice(from);
};

const urlCredentials: Step = (text, tally) =>
  text.replace(/(?<=:\/\/)[^\s/"'<>]{1,512}@/g, (whole) => {
    const placeholder = tally.placeholder("url-credentials", whole.slice(0, -1), (n) => `redacted-login-${n}`);
    return `${placeholder}@`;
  });

/** Units of systemd (getty@tty1.service) look like addresses. */
const mails: Step = (text, tally) =>
  text.replace(
    /(?<![\w.+-])[\w.+-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])/g,
    (mail, domain: string) =>
      mail.startsWith("redacted-login-") ||
      /\.(?:service|socket|timer|target|mount|slice|scope|device|path|conf|invalid)$/.test(domain)
        ? mail
        : tally.placeholder("mail", mail.toLowerCase(), (n) => `mail${n}@example.invalid`),
  );

/** Constants of EFI and Windows that stand in the names of things every machine has. */
const publicUuids = new Set([
  "00000000-0000-0000-0000-000000000000",
  "8be4df61-93ca-11d2-aa0d-00e098032b8c",
  "605dab50-e046-4300-abb6-3dd810dd8b23",
  "d719b2cb-3d3a-4596-a3bc-dad00e67656f",
  "4d36e968-e325-11ce-bfc1-08002be10318",
]);
const uuidShape = /(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])/gi;
/** CUDA_VISIBLE_DEVICES takes the beginning of a UUID too. */
const shortGpuUuid = /\b((?:MIG-)?GPU-)([0-9a-f]{8}[0-9a-f-]{0,27})(?![0-9a-z-])/gi;

const uuids: Step = (text, tally) =>
  text
    .replace(uuidShape, (uuid) => uuidPlaceholder(uuid, tally))
    .replace(shortGpuUuid, (whole, mark: string, short: string) => {
      if (short.length >= 36) return whole;
      const full = [...tally.known("uuid").keys()].find((uuid) => uuid.startsWith(short.toLowerCase()));
      return mark + uuidPlaceholder(full ?? short, tally).slice(0, short.length);
    });

/** Different ones differ in the first group, so that their beginnings do too. */
function uuidPlaceholder(uuid: string, tally: Tally): string {
  const lower = uuid.toLowerCase();
  if (publicUuids.has(lower) || /^0{3}[0-9a-f]{5}-0000-0000-0000-0{12}$/.test(lower)) return uuid;
  return tally.placeholder("uuid", lower, (n) => `${n.toString(16).padStart(8, "0")}-0000-0000-0000-000000000000`);
}

const sids: Step = (text, tally) =>
  text.replace(/\bS-1-5-21(?:-\d{1,10}){3,4}\b/g, (sid) =>
    tally.placeholder("serial", sid, (n) => `S-1-5-21-0-0-0-${n}`),
  );

const macs: Step = (text, tally) =>
  text.replace(/(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])/gi, (mac) =>
    /^(?:00|ff)(?:[:-](?:00|ff)){5}$/i.test(mac)
      ? mac
      : tally.placeholder("mac", mac.toLowerCase(), (n) => `02-00-00-${bytes(n)}`.replaceAll("-", mac.charAt(2))),
  );

function bytes(n: number): string {
  return [n >> 16, n >> 8, n].map((byte) => (byte & 255).toString(16).padStart(2, "0")).join("-");
}

const ipv6s: Step = (text, tally) =>
  text.replace(/(?<![\w:.])[0-9a-f:]{4,39}(?![\w:.])/gi, (address) =>
    /^[0-9a-f]{3,4}:/i.test(address) && isIPv6(address)
      ? tally.placeholder("ip", address.toLowerCase(), (n) => `2001:db8::${n.toString(16)}`)
      : address,
  );

const octet = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const quad = new RegExp(`(?<![\\w.+~=-])${octet}(?:\\.${octet}){3}(?![\\w+~-]|\\.\\w)`, "g");
const privateNet = /^(?:192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|100\.64)\./;
const addressBefore =
  /(?:\/\/|@|\b(?:inet|addr|address|peer|via|src|host|nameserver|ip|route|gateway|listen\w*|connect\w*))["':= \t[(]{0,4}$/i;
const addressAfter = /^(?::\d|:\/|\/\d)/;
const versionBefore =
  /version|版本|nvidia|cuda|cudnn|cu1\d|lib|package|wsl|torch|tensor|driver|kernel|build|release|[<>=!~]=|\bv$/i;

/** Versions of four numbers (WSL 2.6.3.0, cuRAND 10.3.5.147) are no addresses: what stands around decides. */
const ipv4s =
  (isAddress: boolean): Step =>
  (text, tally) =>
    text.replace(quad, (address, at: number) => {
      if (/^(?:127|0|255)\./.test(address)) return address;
      const before = text.slice(text.lastIndexOf("\n", at - 1) + 1, at).slice(-60);
      const sure = isAddress || privateNet.test(address) || addressBefore.test(before);
      const after = addressAfter.test(text.slice(at + address.length, at + address.length + 2));
      if (!sure && !after && (versionBefore.test(before) || looksLikeVersionAlone(address, before))) return address;
      return tally.placeholder("ip", address, (n) => `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`);
    });

function looksLikeVersionAlone(address: string, before: string): boolean {
  return before.trim() === "" && Number.parseInt(address, 10) < 20;
}

const steps: readonly Step[] = [privateKeys, urlCredentials, tokens, mails, uuids, sids, macs, ipv6s];

/** `isAddress`: a dotted quad in this text is an address, not a version. */
export function withoutShapes(text: string, tally: Tally, isAddress = false): string {
  return [...steps, ipv4s(isAddress)].reduce((rest, step) => step(rest, tally), text);
}

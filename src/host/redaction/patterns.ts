/**
 * Secrets that betray themselves by their shape. Every expression runs in linear time: repetitions are bounded or of a
 * single class. Placeholders keep the shape, so that the parsers of the diagnosis read them as they read the original.
 */
import { isIPv6 } from "node:net";
import { withoutCredentials } from "./credentials.ts";
import type { Tally } from "./tally.ts";

type Step = (text: string, tally: Tally) => string;

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

/** Six octets, and no more of them: keys and longer identifiers of the fabric are written alike. */
const macShape =
  /(?<![0-9a-z]|(?<![0-9a-z])[0-9a-f]{2}[:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![0-9a-z]|[:-][0-9a-f]{2}(?![0-9a-z]))/gi;

const macs: Step = (text, tally) =>
  text.replace(macShape, (mac) =>
    /^(?:00|ff)(?:[:-](?:00|ff)){5}$/i.test(mac)
      ? mac
      : tally.placeholder("mac", mac.toLowerCase(), (n) => `02-00-00-${bytes(n)}`.replaceAll("-", mac.charAt(2))),
  );

function bytes(n: number): string {
  return [n >> 16, n >> 8, n].map((byte) => (byte & 255).toString(16).padStart(2, "0")).join("-");
}

/** A colon or full stop behind an address belongs to the sentence. */
const ipv6s: Step = (text, tally) =>
  text.replace(/(?<![\w:.])[0-9a-f:]{4,40}(?![\w:])/gi, (found) => {
    const address = found.replace(/(?<=[0-9a-f]):$/i, "");
    if (!/^[0-9a-f]{3,4}:/i.test(address) || !isIPv6(address)) return found;
    const placeholder = tally.placeholder("ip", address.toLowerCase(), (n) => `2001:db8::${n.toString(16)}`);
    return placeholder + found.slice(address.length);
  });

const octet = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const quad = new RegExp(`(?<![\\w.+~-]|[=<>!~]=)${octet}(?:\\.${octet}){3}(?![\\w+~-]|\\.\\w)`, "g");
const privateNet = /^(?:192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|100\.64)\./;
const addressBefore =
  /(?:\/\/|@|\b\w{0,16}(?:inet|addr|address|peer|via|src|dst|host|server|nameserver|ip|route|gateway|listen\w*|connect\w*))["':= \t[(]{0,4}(?:(?:to|from|on|at)[ \t]{1,4})?$/i;
const addressAfter = /^(?::\d|:\/|\/\d)/;
const versionBefore =
  /version|版本|nvidia|cuda|cudnn|cu1\d|lib|package|wsl|torch|tensor|driver|kernel|build|release|[<>=!~]=|=$|\bv$/i;
/** No version of four small numbers that the diagnosis meets begins with this or more. */
const leastFirstOctet = 40;

/** Versions of four numbers (WSL 2.6.3.0, cuRAND 10.3.5.147) are no addresses: what stands around decides. */
const ipv4s =
  (isAddress: boolean): Step =>
  (text, tally) =>
    text.replace(quad, (address, at: number) => {
      if (/^(?:127|0|255)\./.test(address)) return address;
      const before = text.slice(text.lastIndexOf("\n", at - 1) + 1, at).slice(-60);
      const first = Number.parseInt(address, 10);
      const sure = isAddress || first >= leastFirstOctet || privateNet.test(address) || addressBefore.test(before);
      const after = addressAfter.test(text.slice(at + address.length, at + address.length + 2));
      if (!sure && !after && (versionBefore.test(before) || looksLikeVersionAlone(address, before))) return address;
      return tally.placeholder("ip", address, (n) => `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`);
    });

function looksLikeVersionAlone(address: string, before: string): boolean {
  return before.trim() === "" && Number.parseInt(address, 10) < 20;
}

/** Each with a sign that nearly no text has where it would find nothing: a plain search is much quicker. */
const steps: readonly { readonly sign: string; readonly step: Step }[] = [
  { sign: "", step: withoutCredentials },
  { sign: "@", step: mails },
  { sign: "-", step: uuids },
  { sign: "S-1-5-21", step: sids },
  { sign: ":", step: ipv6s },
];

/** `isAddress`: a dotted quad in this text is an address, not a version. */
export function withoutShapes(text: string, tally: Tally, isAddress = false): string {
  const rest = steps.reduce((left, { sign, step }) => (left.includes(sign) ? step(left, tally) : left), text);
  const withoutMacs = /[0-9a-f][:-][0-9a-f]{2}[:-]/i.test(rest) ? macs(rest, tally) : rest;
  return /\d\.\d{1,3}\.\d/.test(withoutMacs) ? ipv4s(isAddress)(withoutMacs, tally) : withoutMacs;
}

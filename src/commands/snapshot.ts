import type { CommonOptions } from "../cli/options.ts";
import { gatherFacts } from "../facts/gather.ts";
import { localNames } from "../host/live.ts";
import { recordingHost } from "../host/recorder.ts";
import { redact } from "../host/redact.ts";
import type { SecretKind } from "../host/redaction/tally.ts";
import { type Manifest, packed, snapshotText } from "../host/snapshot-file.ts";
import { block } from "../report/wrap.ts";
import { type Language, message, type Said } from "../text/message.ts";
import { defaultDeadline, openHost } from "./host.ts";
import { lookOf, writeReport } from "./output.ts";

interface SnapshotOptions extends CommonOptions {
  readonly python?: string;
  readonly data?: string;
}

const texts = {
  holds: message(
    "{kib} KiB. Held: output of commands {commands}, files {files}, variables {variables}, answers to other questions {questions}.",
    "{kib} KiB。包含：命令输出 {commands} 份、文件 {files} 个、环境变量 {variables} 个、其他问题的答案 {questions} 个。",
  ),
  removed: message("Taken out: {kinds}.", "已移除：{kinds}。"),
  look: message(
    "The list at its beginning tells what is in it: have a look before you pass it on.",
    "文件开头的清单列出了其中的内容：分享前请先看一眼。",
  ),
};

const kinds: Readonly<Record<SecretKind, Said>> = {
  user: message("user names", "用户名")(),
  host: message("host names", "主机名")(),
  token: message("tokens", "令牌")(),
  "private-key": message("private keys", "私钥")(),
  password: message("passwords", "密码")(),
  "url-credentials": message("logins in URLs", "URL 中的登录信息")(),
  mail: message("mail addresses", "邮箱地址")(),
  uuid: message("UUIDs", "UUID")(),
  serial: message("serial numbers", "序列号")(),
  mac: message("MAC addresses", "MAC 地址")(),
  ip: message("IP addresses", "IP 地址")(),
  environment: message("variables that check does not read", "check 不读取的环境变量")(),
};

/** `envdoctor snapshot`: asks what `check` asks, and writes down questions and answers, redacted. */
export async function snapshot(options: SnapshotOptions): Promise<void> {
  const { host, look, close } = await openHost(options);
  const { host: noting, recording } = recordingHost(host);
  await gatherFacts(noting, look, { totalMs: (options.deadline ?? defaultDeadline) * 1000 });
  close();
  const file = packed(redact({ ...recording(), look }, localNames()));
  const text = snapshotText(file);
  await writeReport(text, options);
  if (options.quiet) return;
  const { language, width } = lookOf(options, process.stderr);
  const lines = summary(file.manifest, Buffer.byteLength(text), language);
  process.stderr.write(`${lines.map((line) => block(line, width, 0)).join("\n")}\n`);
}

/** What is in the file and what is not, for the one who will pass it on. */
function summary(
  { asked, commands, files, variables, removed }: Manifest,
  bytes: number,
  language: Language,
): string[] {
  const told = commands.length + files.length + variables.length;
  const all = Object.values(asked).reduce((sum, count) => sum + count, 0);
  const holds = texts.holds({
    kib: Math.ceil(bytes / 1024),
    commands: commands.length,
    files: files.length,
    variables: variables.length,
    questions: all - told,
  });
  const counts = Object.entries(removed)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${Object.hasOwn(kinds, kind) ? kinds[kind as SecretKind][language] : kind} ${count}`);
  const out =
    counts.length > 0 ? [texts.removed({ kinds: counts.join(language === "zh" ? "、" : ", ") })[language]] : [];
  return [holds[language], ...out, texts.look()[language]];
}

import type { Host } from "../../host/host.ts";
import { message } from "../../text/message.ts";
import { excerpt } from "../../text/plain.ts";
import { type Fact, unknown, value } from "../fact.ts";
import { hostWords } from "../parse/answers.ts";
import { gpuLines } from "../parse/kernel-log.ts";

const texts = {
  needsRoot: message("dmesg needs root: {why}", "dmesg 需要 root 权限：{why}"),
};

const journal = ["journalctl", "-k", "-b", "-q", "--no-pager", "-n", "5000"] as const;

/** Lines of this boot's kernel log about GPUs. Where dmesg is root's alone, the journal may still be open to the user. */
export async function kernelLog(host: Host): Promise<Fact<readonly string[]>> {
  const dmesg = await host.run(["dmesg"]);
  if (dmesg.outcome === "ended" && dmesg.exitCode === 0) return told("dmesg", dmesg.stdout);
  const journalctl = await host.run(journal);
  if (journalctl.outcome === "ended" && journalctl.exitCode === 0 && journalctl.stdout.trim() !== "") {
    return told("journalctl -k -b", journalctl.stdout);
  }
  const words = excerpt(dmesg.stderr, 1) || dmesg.outcome;
  return unknown(host.identity.uid === 0 ? hostWords(words, "dmesg") : texts.needsRoot({ why: hostWords(words) }));
}

function told(source: string, text: string): Fact<readonly string[]> {
  const lines = gpuLines(text);
  return lines.length > 0 ? value(lines, { source, excerpt: lines.slice(-3).join("\n") }) : value(lines);
}

import { writeFile } from "node:fs/promises";
import type { CommonOptions } from "../cli/options.ts";
import { type Look, reportWidth, wantsColour, wantsUnicode } from "../report/terminal.ts";
import { localeLanguage } from "../text/locale.ts";
import { message } from "../text/message.ts";
import { systemError } from "../text/system-error.ts";
import { UsageError } from "../usage-error.ts";

const texts = {
  exclusive: message(
    "--json and --format {format} exclude each other; give one of them",
    "--json 和 --format {format} 不能同时使用；请只选其一",
  ),
  unwritable: message("cannot write the report to {output}: {why}", "无法把报告写入 {output}：{why}"),
};

/** How the report of this run is to look: options first, then the environment and the terminal. */
export function lookOf(options: CommonOptions, to: NodeJS.WriteStream = process.stdout): Look {
  const toFile = options.output !== undefined;
  const stream = toFile ? {} : to;
  return {
    language: options.lang ?? localeLanguage(process.env),
    colour: wantsColour(stream, process.env, options.color),
    width: reportWidth(stream),
    unicode: toFile || wantsUnicode(process.env, process.platform),
  };
}

export function formatOf(options: CommonOptions): string {
  if (options.json && options.format !== undefined && options.format !== "json") {
    throw new UsageError(texts.exclusive({ format: options.format }));
  }
  return options.json ? "json" : (options.format ?? "text");
}

/** Writes a report to -o FILE or stdout, and waits until it is out. */
export async function writeReport(text: string, { output }: Pick<CommonOptions, "output">): Promise<void> {
  if (output === undefined || output === "-") {
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
    return;
  }
  try {
    await writeFile(output, text);
  } catch (error) {
    throw new UsageError(texts.unwritable({ output, why: systemError(error) }));
  }
}

export function json(of: unknown): string {
  return `${JSON.stringify(of, null, 2)}\n`;
}

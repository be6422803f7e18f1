/** What the pages of training and loader say as Markdown, for an issue tracker. */
import { advise } from "../../loader/advice.ts";
import { type Benched, labelOf, nameOf } from "../../loader/benched.ts";
import { inBrackets, marksOf } from "../../text/marks.ts";
import { type Language, message } from "../../text/message.ts";
import { rowsOf } from "../bench-loader-rows.ts";
import { cell, code } from "../markdown.ts";
import type { TrainReport } from "../train-report.ts";
import { written } from "./chart.ts";

const texts = {
  training: message("training", "训练"),
  loader: message("data loader", "DataLoader"),
  next: message("Next", "下一步"),
  device: message("Device", "设备"),
  numbers: message(
    "{steps} steps, loss {first} to {last}, accuracy {accuracy}, {speed} samples/s",
    "{steps} 步，损失 {first} 到 {last}，准确率 {accuracy}，{speed} 样本/秒",
  ),
  engines: message("Engines", "引擎"),
  proof: message("Proof", "证明"),
  rows: message(
    "| Workers | Start method | Start | Steady | Stop | Epoch |",
    "| worker 数 | 启动方式 | 启动 | 稳态 | 停止 | 每轮 |",
  ),
};

export function trainMarkdown(report: TrainReport, language: Language): string {
  const say = (name: "training" | "next" | "device" | "engines" | "proof"): string => texts[name]()[language];
  const { tool, summary, next, loss, accuracy } = report;
  const { colon } = marksOf(language);
  const number = (of: number | null | undefined): string => (of == null ? "NaN" : String(Number(of.toPrecision(3))));
  const numbers = texts.numbers({
    steps: report.steps ?? 0,
    first: number(loss?.first),
    last: number(loss?.last),
    accuracy: accuracy === null ? "?" : written(accuracy, "share"),
    speed: report.samplesPerSecond ?? "?",
  });
  return lines([
    `## envdoctor ${tool.version}${colon}${say("training")}`,
    "",
    cell(summary),
    next === null ? null : `\n**${say("next")}**${colon}${code(next)}`,
    "",
    ...(report.engine === null
      ? []
      : [
          `- ${say("device")}${colon}${cell(`${report.deviceName ?? "?"} (${report.device ?? "?"}), ${report.framework ?? "?"}`)}`,
          `- ${cell(numbers[language])}`,
          "",
          `### ${say("proof")}`,
          "",
          ...report.proof.map(({ ok, what, detail }) => `- ${ok ? "✓" : "✗"} ${cell(what)}${colon}${cell(detail)}`),
          ...report.notShown.map(({ what, reason }) => `- – ${cell(what)}${colon}${cell(reason)}`),
          "",
        ]),
    `### ${say("engines")}`,
    "",
    ...report.engines.map(({ engine, reason }) => `- ${engine}${colon}${cell(reason)}`),
    ...report.causes.map(
      ({ id, title, confidence }) =>
        `- **${id}**${inBrackets(language, written(confidence, "share"))}${colon}${cell(title)}`,
    ),
  ]);
}

export function benchMarkdown(done: readonly Benched[], version: string, language: Language): string {
  const blocks = done.map((each) => {
    const { reason, notes, lines: pasted } = advise(each);
    return [
      `### ${cell(labelOf(each.options.dataset))}`,
      "",
      `**num_workers=${each.decision?.best.workers ?? 0}**${marksOf(language).colon}${cell(reason[language])}`,
      "",
      ...notes.map((note) => `- ${cell(note[language])}`),
      "",
      texts.rows()[language],
      "| ---: | --- | ---: | ---: | ---: | ---: |",
      ...rowsOf(each).map(({ candidate: { workers, start, epochSeconds, measured }, parts }) => {
        const parted = [parts.start, parts.steady, parts.stop].map((value) => written(value, "seconds"));
        const epoch = `${measured ? "" : "~"}${written(epochSeconds, "seconds")}`;
        return `| ${workers} | ${start === null ? "–" : nameOf(start)} | ${parted.join(" | ")} | ${epoch} |`;
      }),
      ...(pasted.length > 0 ? ["", "```python", ...pasted.map((line) => line.replaceAll("```", "")), "```"] : []),
      "",
    ];
  });
  return lines([`## envdoctor ${version}${marksOf(language).colon}${texts.loader()[language]}`, "", ...blocks.flat()]);
}

function lines(of: readonly (string | null)[]): string {
  return `${of
    .filter((line) => line !== null)
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()}\n`;
}

import { Chalk } from "chalk";
import type { Cause, CauseGroup, Remedy } from "../diagnosis/cause.ts";
import { unknownFacts } from "../facts/unknown.ts";
import { inBrackets, marksOf } from "../text/marks.ts";
import { type Language, message, type Said } from "../text/message.ts";
import { placeAndNeeds } from "./remedy-words.ts";
import type { Look } from "./terminal.ts";
import { block } from "./wrap.ts";

const texts = {
  harmless: message("harmless", "无害"),
  recognise: message("How to recognise it", "如何识别"),
  mend: message("How to mend it", "如何修复"),
  nothing: message("There is nothing to mend.", "无需修复。"),
  references: message("References", "参考资料"),
  page: message("Root causes", "根本原因"),
  intro: message(
    "What `envdoctor check` and `envdoctor explain` can name, with its fix. Written by `npm run docs` from the catalogue in `checks/causes`.",
    "`envdoctor check` 与 `envdoctor explain` 能识别的全部原因及其修复方法。由 `npm run docs` 根据 `checks/causes` 生成。",
  ),
};

const groupTitles: Readonly<Record<CauseGroup, Said>> = {
  machine: message("Machine and hardware", "机器与硬件")(),
  wsl: message("WSL", "WSL")(),
  vm: message("Virtual machines", "虚拟机")(),
  driver: message("Driver", "驱动")(),
  container: message("Containers", "容器")(),
  frameworks: message("CUDA libraries and frameworks", "CUDA 库与框架")(),
  workers: message("Loader workers", "worker 进程")(),
};

/** One line per cause, by group. */
export function causeList(causes: readonly Cause[], look: Look): string {
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  const lines: string[] = [];
  for (const [group, title] of Object.entries(groupTitles)) {
    lines.push(chalk.bold(title[look.language]));
    for (const cause of causes.filter((c) => c.group === group)) {
      const harmless = cause.harmless ? chalk.dim(inBrackets(look.language, texts.harmless()[look.language])) : "";
      lines.push(`  ${cause.id}${harmless}`, `      ${cause.title[look.language]}`);
    }
    lines.push("");
  }
  return lines.join("\n");
}

/** Everything the catalogue says of one cause, with the remedies for every platform. */
export function causePage(cause: Cause, look: Look): string {
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  const say = (words: Said): string => words[look.language];
  const wrap = (text: string, indent: number): string => block(text, look.width, indent);
  const lines = [
    chalk.bold(`${cause.id}${marksOf(look.language).colon}${say(cause.title)}`),
    "",
    wrap(say(cause.explanation), 0),
    "",
  ];
  lines.push(chalk.bold(say(texts.recognise())), wrap(say(cause.recognise), 2), "");
  lines.push(chalk.bold(say(texts.mend())));
  const remedies = remediesOf(cause);
  if (remedies.length === 0) lines.push(`  ${say(texts.nothing())}`);
  for (const remedy of remedies) {
    lines.push(
      wrap(`${say(remedy.title)}${notes(remedy, look.language)}`, 2),
      ...remedy.commands.map((c) => `    $ ${c}`),
    );
  }
  if (cause.references.length > 0) {
    lines.push("", chalk.bold(say(texts.references())), ...cause.references.map((url) => `  ${url}`));
  }
  return `${lines.join("\n")}\n`;
}

/** The documentation page of causes. */
export function causesMarkdown(causes: readonly Cause[], language: Language): string {
  const lines = [`# ${texts.page()[language]}`, "", texts.intro()[language], ""];
  for (const [group, title] of Object.entries(groupTitles)) {
    const own = causes.filter((c) => c.group === group);
    if (own.length > 0)
      lines.push(`## ${title[language]}`, "", ...own.flatMap((cause) => causeSection(cause, language)));
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

function causeSection(cause: Cause, language: Language): string[] {
  const say = (words: Said): string => words[language];
  const { colon, above } = marksOf(language);
  const remedies = remediesOf(cause);
  const mend =
    remedies.length === 0
      ? [say(texts.nothing())]
      : remedies.flatMap((remedy) => [
          `- ${say(remedy.title)}${notes(remedy, language)}`,
          ...(remedy.commands.length > 0 ? ["", "  ```sh", ...remedy.commands.map((c) => `  ${c}`), "  ```"] : []),
        ]);
  return [
    `### ${cause.id}`,
    "",
    `**${say(cause.title)}**${cause.harmless ? inBrackets(language, say(texts.harmless())) : ""}`,
    "",
    say(cause.explanation),
    "",
    `*${say(texts.recognise())}*${colon}${say(cause.recognise)}`,
    "",
    `*${say(texts.mend())}*${above}`,
    "",
    ...mend,
    "",
    ...(cause.references.length > 0
      ? [`*${say(texts.references())}*${colon}${cause.references.map((url) => `<${url}>`).join(", ")}`, ""]
      : []),
  ];
}

function remediesOf(cause: Cause): readonly Remedy[] {
  return cause.harmless ? [] : cause.remedies(unknownFacts());
}

function notes({ where, needs }: Remedy, language: Language): string {
  const said = placeAndNeeds(where, needs, language);
  return said === "" ? "" : inBrackets(language, said);
}

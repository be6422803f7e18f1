import { type Command, Help } from "commander";
import { columns } from "../report/columns.ts";
import { wrap } from "../report/wrap.ts";
import type { Language } from "../text/message.ts";
import type { Say } from "./say.ts";

/** Headings of commander's help, and what it writes into usages and behind options. */
const headings: Readonly<Record<string, string>> = {
  "Usage:": "用法：",
  "Arguments:": "参数：",
  "Options:": "选项：",
  "Commands:": "命令：",
};
const usageWords: readonly (readonly [string, string])[] = [
  ["[options]", "[选项]"],
  ["[command]", "[命令]"],
];

/**
 * Commander's errors in Chinese. They are written in its code (lib/command.js of commander 14), without a catalogue;
 * one that is not listed here is told in English.
 */
const errors: readonly (readonly [RegExp, string])[] = [
  [
    /^error: option '(.+)' argument '([\s\S]*)' is invalid\. Allowed choices are (.+)\.$/,
    "选项 '$1' 的值 '$2' 无效，可选值：$3。",
  ],
  [/^error: option '(.+)' argument '([\s\S]*)' is invalid\. ([\s\S]+)$/, "选项 '$1' 的值 '$2' 无效：$3"],
  [/^error: option '(.+)' argument missing$/, "选项 '$1' 缺少值"],
  [
    /^error: command-argument value '([\s\S]*)' is invalid for argument '(.+)'\. Allowed choices are (.+)\.$/,
    "参数 '$2' 的值 '$1' 无效，可选值：$3。",
  ],
  [
    /^error: command-argument value '([\s\S]*)' is invalid for argument '(.+)'\. ([\s\S]+)$/,
    "参数 '$2' 的值 '$1' 无效：$3",
  ],
  [/^error: missing required argument '(.+)'$/, "缺少参数 '$1'"],
  [/^error: unknown option '([\s\S]*)'$/, "未知选项 '$1'"],
  [/^error: unknown command '([\s\S]*)'$/, "未知命令 '$1'"],
  [
    /^error: too many arguments for '(.+)'\. Expected (\d+) arguments? but got (\d+)\.$/,
    "'$1' 的参数过多：应有 $2 个，实有 $3 个。",
  ],
  [/^error: too many arguments\. Expected (\d+) arguments? but got (\d+)\.$/, "参数过多：应有 $1 个，实有 $2 个。"],
];
const suggestion = /\n\(Did you mean (?:one of )?(.+)\?\)$/;

/** Gives help and errors of the program, and of all commands that are added to it afterwards, their language. */
export function localise(program: Command, language: Language, say: Say): void {
  const layout = { displayWidth: columns, boxWrap: (text: string, width: number) => wrap(text, width).join("\n") };
  program
    .exitOverride()
    .helpOption("-h, --help", say("display help for command", "显示命令的帮助"))
    .helpCommand("help [command]", say("display help for command", "显示命令的帮助"))
    .showHelpAfterError(say("(see --help)", "（见 --help）"))
    .configureHelp(layout);
  if (language === "en") return;
  program
    .configureHelp({
      ...layout,
      // A full-width colon brings its own blank.
      formatHelp: (command, helper) => new Help().formatHelp(command, helper).replace(/^用法： /, "用法："),
      styleTitle: (title) => headings[title] ?? title,
      styleUsage: inChinese,
      styleSubcommandTerm: inChinese,
      styleOptionDescription: extrasInChinese,
      styleArgumentDescription: extrasInChinese,
    })
    .configureOutput({ outputError: (text, write) => write(`${errorInChinese(text.trimEnd())}\n`) });
}

/** Choices and default value behind a description. */
function extrasInChinese(description: string): string {
  return description.replace(/ ?\((?:choices|default): .*\)$/, (extras) => {
    const inside = extras.trim().slice(1, -1);
    return `（${inside.replace("choices: ", "可选：").replace(/(^|, )default: /, "$1默认：")}）`;
  });
}

/** A usage such as "check [options]". */
function inChinese(usage: string): string {
  return usageWords.reduce((text, [en, zh]) => text.replaceAll(en, zh), usage);
}

function errorInChinese(text: string): string {
  const said = text.replace(suggestion, "");
  const near = suggestion.exec(text)?.[1];
  const known = errors.find(([pattern]) => pattern.test(said));
  const told = known ? `错误：${said.replace(known[0], known[1])}` : said;
  return near === undefined ? told : `${told}\n（您是不是想写 ${near.split(", ").join(" 或 ")}？）`;
}

/** A plan as a script that stands alone: what envdoctor would run, and notes where a person has to act. */
import { onWindows } from "../../checks/situation.ts";
import { known } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import { inBrackets } from "../text/marks.ts";
import { type Language, message } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import type { Edit, Setting } from "./edit.ts";
import type { Plan } from "./plan.ts";
import { repeatable } from "./shell.ts";
import type { Action, Step } from "./step.ts";

export type Shell = "bash" | "powershell";

const texts = {
  again: message("May be run again: what is done already is passed over.", "可重复运行：已完成的部分会跳过。"),
  plain: message("Texts are printed as they stand.", "文本按原样输出。"),
  noSudo: message(
    "As root sudo is not needed, and need not be installed.",
    "以 root 运行时不需要 sudo，也无须安装它。",
  ),
  setIni: message(
    "Sets a key of an ini file; everything else in it stays.",
    "设置 ini 文件中的一个键，其余内容保持不变。",
  ),
  byHand: message("By hand ({where}): {title}", "手动完成（{where}）：{title}"),
  type: message("type: {line}", "输入：{line}"),
  change: message("In {path}: {changes}", "在 {path} 中：{changes}"),
  restart: message("A restart is needed before the rest can work.", "需要重启后，其余部分才能工作。"),
  optional: message("optional", "可选"),
  envdoctor: message("install envdoctor to run: envdoctor {args}", "安装 envdoctor 后执行：envdoctor {args}"),
};

const places = {
  linux: message("linux", "Linux"),
  windows: message("windows", "Windows"),
  macos: message("macos", "macOS"),
  guest: message("guest", "虚拟机内"),
  host: message("host", "宿主机"),
  any: message("any", "任意系统"),
};

interface Dialect {
  readonly head: (about: string, language: Language) => readonly string[];
  readonly quote: (text: string) => string;
  readonly say: (quoted: string) => string;
  readonly lines: (lines: readonly string[]) => readonly string[];
  readonly unless: (path: string, lines: readonly string[]) => readonly string[];
  readonly envdoctor: (args: readonly string[], otherwise: string) => readonly string[];
  readonly settings: ((path: string, changes: readonly Setting[]) => readonly string[]) | null;
}

export function scriptOf(plan: Plan, facts: Facts, shell: Shell, language: Language, version: string): string {
  const dialect = shell === "bash" ? bash : powershell;
  const about = `envdoctor ${version}: ${plan.journey}, ${plan.target.target}, ${plan.target.framework}`;
  const body = plan.steps.flatMap((step, at) => ["", ...section(step, at, { dialect, shell, facts, language })]);
  return `${[...dialect.head(about, language), ...body].join("\n")}\n`;
}

interface Writing {
  readonly dialect: Dialect;
  readonly shell: Shell;
  readonly facts: Facts;
  readonly language: Language;
}

function section(step: Step, at: number, writing: Writing): string[] {
  const { dialect, language, shell, facts } = writing;
  const mark = step.optional ? inBrackets(language, texts.optional()[language]) : "";
  const title = oneLine(`${at + 1}. ${step.title[language]}${mark}`);
  const mine = shellOf(step, facts) === shell;
  const lines = mine ? doing(step, writing) : [];
  if (lines.length === 0) return note(step, title, writing);
  const restart = step.needs.includes("reboot") ? [dialect.say(dialect.quote(texts.restart()[language]))] : [];
  return [dialect.say(dialect.quote(title)), ...lines, ...restart];
}

/** The shell that a step's lines are written for. */
function shellOf(step: Step, facts: Facts): Shell | null {
  if (step.where === "host") return null;
  if (step.where === "windows") return "powershell";
  if (step.where === "linux" || step.where === "macos") return "bash";
  const windows = known(facts.system.platform) === undefined ? false : onWindows(facts);
  return windows ? "powershell" : "bash";
}

function doing(step: Step, writing: Writing): readonly string[] {
  const { dialect } = writing;
  const lines = step.actions.flatMap((action) => acting(action, writing));
  if (step.actions.length === 0) return ownShell(step) ? [] : dialect.lines(step.byHand);
  return step.verify.kind === "exists" ? dialect.unless(step.verify.path, lines) : lines;
}

/** Lines that change only the shell they are typed in would be lost with the script, and code is for a training script. */
function ownShell({ byHand, where }: Step): boolean {
  return (
    where === "any" ||
    byHand.some((line) => /^(export|unset|ulimit|source|nvm|loader|const) |\b(DISTRO|VMID)\b|DataLoader\(/.test(line))
  );
}

function acting(action: Action, { dialect, language }: Writing): readonly string[] {
  switch (action.kind) {
    case "run":
      return dialect.lines(action.lines);
    case "edit":
      return action.lines.length > 0 ? dialect.lines(action.lines) : editing(action.edit, dialect, language);
    case "envdoctor":
      return dialect.envdoctor(action.args, texts.envdoctor({ args: action.args.join(" ") })[language]);
  }
}

function editing(edit: Edit, dialect: Dialect, language: Language): readonly string[] {
  if (edit.kind === "settings" && dialect.settings) return dialect.settings(edit.path, edit.changes);
  const changes = edit.kind === "settings" ? edit.changes.map(shown).join("; ") : edit.lines.join("; ");
  return [dialect.say(dialect.quote(texts.change({ path: edit.path, changes })[language]))];
}

const shown = ({ section: name, key, value }: Setting): string =>
  value === null ? `[${name}] # ${key}` : `[${name}] ${key}=${value}`;

function note(step: Step, title: string, { dialect, language }: Writing): string[] {
  const said = texts.byHand({ where: places[step.where](), title })[language];
  const typed = step.byHand.map((line) => oneLine(`   ${texts.type({ line })[language]}`));
  return [said, ...typed].map((line) => dialect.say(dialect.quote(line)));
}

const oneLine = (text: string): string => plainText(text).replaceAll(/\s*\n\s*/g, " ");

const bash: Dialect = {
  head: (about, language) => [
    "#!/usr/bin/env bash",
    `# ${oneLine(about)}`,
    `# ${texts.again()[language]}`,
    `# ${texts.plain()[language]}`,
    "# shellcheck disable=SC2016",
    "set -euo pipefail",
    "",
    `# ${texts.noSudo()[language]}`,
    "# shellcheck disable=SC2329",
    'sudo() { if [ "$(id -u)" -eq 0 ]; then "$@"; else command sudo "$@"; fi; }',
    "",
    "say() { printf '\\n== %s\\n' \"$1\"; }",
  ],
  quote: (text) => `'${text.replaceAll("'", "'\\''")}'`,
  say: (quoted) => `say ${quoted}`,
  // A folder that a line goes into is left again at the end of the step.
  lines: (lines) => {
    const own = lines
      .map(repeatable)
      .flatMap((line) => [
        ...(/[^"]\$\(/.test(line) && !/"[^"]*\$\(/.test(line) ? ["# shellcheck disable=SC2046"] : []),
        line,
      ]);
    return lines.some((line) => /(^|&& )cd /.test(line)) ? ["(", ...own, ")"] : own;
  },
  unless: (path, lines) => [`if [ ! -e ${bash.quote(path)} ]; then`, ...lines, "fi"],
  envdoctor: (args, otherwise) => [
    "if command -v envdoctor >/dev/null; then",
    `envdoctor ${args.map((word) => (/^[\w./-]+$/.test(word) ? word : bash.quote(word))).join(" ")}`,
    "else",
    `say ${bash.quote(otherwise)}`,
    "fi",
  ],
  settings: null,
};

const check = "if ($LASTEXITCODE) { exit $LASTEXITCODE }";
const powershell: Dialect = {
  head: (about, language) => [
    `# ${oneLine(about)}`,
    `# ${texts.again()[language]}`,
    "$ErrorActionPreference = 'Stop'",
    "$LASTEXITCODE = 0",
    "",
    'function Say([string] $text) { Write-Host "`n== $text" }',
    "",
    `# ${texts.setIni()[language]}`,
    "function Set-Ini([string] $path, [string] $section, [string] $key, [string] $value) {",
    "  $lines = @(if (Test-Path -LiteralPath $path) { Get-Content -LiteralPath $path })",
    "  $out = New-Object System.Collections.Generic.List[string]",
    "  $here = $false; $done = $false",
    "  foreach ($line in $lines) {",
    "    if ($line -match '^\\s*\\[') {",
    '      if ($here -and -not $done) { $out.Add("$key=$value"); $done = $true }',
    '      $here = $line.Trim() -eq "[$section]"',
    '    } elseif ($here -and -not $done -and $line -match "^\\s*$key\\s*=") {',
    '      $line = "$key=$value"; $done = $true',
    "    }",
    "    $out.Add($line)",
    "  }",
    '  if (-not $done) { if (-not $here) { $out.Add("[$section]") }; $out.Add("$key=$value") }',
    "  [IO.File]::WriteAllLines($path, $out)",
    "}",
  ],
  quote: (text) => `'${text.replaceAll("'", "''")}'`,
  say: (quoted) => `Say ${quoted}`,
  // Bare, @tensorflow/tfjs would begin with PowerShell's splatting operator.
  lines: (lines) => lines.flatMap((line) => [line.replaceAll(/(?<= )@[\w./@-]+/g, powershell.quote), check]),
  unless: (path, lines) => [`if (-not (Test-Path -LiteralPath ${powershell.quote(path)})) {`, ...lines, "}"],
  envdoctor: (args, otherwise) => [
    "if (Get-Command envdoctor -ErrorAction SilentlyContinue) {",
    `  envdoctor ${args.map((word) => (/^[\w./-]+$/.test(word) ? word : powershell.quote(word))).join(" ")}`,
    `} else { Say ${powershell.quote(otherwise)} }`,
  ],
  settings: (path, changes) =>
    changes.flatMap(({ section: name, key, value }) =>
      value === null ? [] : [`Set-Ini ${[path, name, key, value].map(powershell.quote).join(" ")}`],
    ),
};

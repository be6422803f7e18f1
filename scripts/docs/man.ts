import type { exitCodes } from "../../src/exit-codes.ts";
import type { CommandHelp, FlagHelp } from "./command-help.ts";

const exitTexts: Readonly<Record<keyof typeof exitCodes, readonly [code: string, text: string]>> = {
  ok: ["0", "Nothing at or above the level of --fail-on; explain found a cause; setup verified all it did."],
  findings: ["1", "Findings at or above that level; explain found no cause; a training run failed its own proof."],
  usage: [
    "2",
    "Wrong usage, or an input file that cannot be used: the message names the file, the place and what was expected.",
  ],
  bug: ["70", "A bug in envdoctor: the message says how to report it."],
  refused: ["78", "preflight refused, so the command was not started."],
  commandDenied: ["126", "The command of preflight may not be run."],
  noCommand: ["127", "There is no command of that name for preflight to start."],
  interrupted: ["130", "Interrupted by Ctrl-C. Child processes are gone, and setup --resume goes on."],
  terminated: ["143", "Ended by SIGTERM, in the same way."],
};

const environment: readonly (readonly [string, string])[] = [
  [
    "LC_ALL, LC_MESSAGES, LANG, LANGUAGE",
    "The language of reports, English or Chinese, unless --lang says it. On Windows that of the system.",
  ],
  ["NO_COLOR, FORCE_COLOR", "No colours; colours even where the output is no terminal."],
  ["CI", "Where it is set nobody is asked: without arguments envdoctor is envdoctor check."],
  ["GITHUB_ACTIONS", "Where it is set, what preflight refuses becomes an annotation."],
  ["PATH, VIRTUAL_ENV, CONDA_PREFIX", "Where the Pythons are looked for, and which one is active."],
  ["CUDA_VISIBLE_DEVICES, CUDA_DEVICE_ORDER, LD_LIBRARY_PATH", "Judged by check as the frameworks read them."],
  ["XDG_STATE_HOME", "Where the journal of setup lies; see FILES."],
];

const files: readonly (readonly [string, string])[] = [
  [
    "$XDG_STATE_HOME/envdoctor, ~/.local/state/envdoctor",
    "Journal and saved files of setup on Linux: what --resume and --undo read.",
  ],
  ["%LOCALAPPDATA%\\envdoctor", "The same on Windows."],
  ["~/Library/Application Support/envdoctor", "The same on macOS."],
];

/** envdoctor(1) in roff, with the macros of man(7). */
export function manPage(commands: readonly CommandHelp[], version: string): string {
  const common = commonFlags(commands);
  return `${[
    String.raw`.\" Written by npm run docs from the definition of the command line.`,
    `.TH ENVDOCTOR 1 "" ${string(`envdoctor ${version}`)} "User Commands"`,
    // Flags and ids are neither broken nor stretched.
    ".nh",
    ".ad l",
    ".SH NAME",
    `envdoctor \\- ${text("says whether this machine can train neural networks, why not, and how to mend it")}`,
    ".SH SYNOPSIS",
    ...synopsis(commands),
    ".SH DESCRIPTION",
    ...paragraphs(
      "envdoctor looks at the operating system, WSL, the hypervisor, containers, the GPU, its driver and CUDA libraries, every Python that matters with its frameworks, and the limits that training runs into. It names the root cause and the fix for this card, driver, Python and system.",
      "Without a command it is envdoctor doctor on a terminal, and envdoctor check elsewhere. The report goes to standard output and nothing else does; progress, warnings and prompts go to standard error.",
    ),
    ".SH COMMANDS",
    ...commands.flatMap((command) => section(command, common)),
    ".SH COMMON OPTIONS",
    text("Commands that report take these, too; --format takes the formats named with the command."),
    ...common.flatMap((flag) => flagLines({ ...flag, choices: flag.flags.includes("--format") ? [] : flag.choices })),
    ".SH EXIT STATUS",
    ...Object.values(exitTexts).flatMap(([code, said]) => tagged(code, said)),
    ...paragraphs("Behind a command that it started, preflight ends as the command ended."),
    ".SH ENVIRONMENT",
    ...environment.flatMap(([name, said]) => tagged(name, said)),
    ".SH FILES",
    ...files.flatMap(([name, said]) => tagged(name, said)),
    ".SH EXAMPLES",
    ...commands.flatMap(({ examples }) => [".EX", ...examples.map(text), ".EE"]),
    ".SH SEE ALSO",
    ".BR nvidia-smi (1),",
    ".BR lspci (8),",
    ".BR modinfo (8)",
  ].join("\n")}\n`;
}

/** Flags that most commands take, in the same words. */
function commonFlags(commands: readonly CommandHelp[]): FlagHelp[] {
  const all = new Map(commands.flatMap(({ flags }) => flags.map((flag) => [keyOf(flag), flag] as const)));
  const takers = (key: string): number =>
    commands.filter(({ flags }) => flags.some((flag) => keyOf(flag) === key)).length;
  return [...all].flatMap(([key, flag]) => (takers(key) > commands.length / 2 ? [flag] : []));
}

const keyOf = ({ flags, about }: FlagHelp): string => `${flags} ${about}`;

function synopsis(commands: readonly CommandHelp[]): string[] {
  const usages = ["envdoctor", ...commands.map(({ usage }) => usage)];
  return usages.flatMap((usage, at) => {
    const [name = "", ...rest] = usage.split(/(?= [[<])/);
    return [...(at === 0 ? [] : [".br"]), `.B ${text(name)}`, ...(rest.length > 0 ? [text(rest.join("").trim())] : [])];
  });
}

function section(command: CommandHelp, common: readonly FlagHelp[]): string[] {
  const shared = new Set(common.map(keyOf));
  const formats = command.flags.find(({ flags }) => flags.startsWith("--format"))?.choices ?? [];
  return [
    `.SS ${string(command.name)}`,
    text(
      `${command.description.charAt(0).toUpperCase()}${command.description.slice(1)}${/[.?]$/.test(command.description) ? "" : "."}`,
    ),
    ...(formats.length > 1 ? [text(`Formats: ${formats.join(", ")}.`)] : []),
    ...command.arguments.flatMap(({ name, about }) => tagged(name, about)),
    ...command.flags.filter((flag) => !shared.has(keyOf(flag))).flatMap(flagLines),
    ...command.notes.flatMap((note) => paragraphs(note)),
  ];
}

function flagLines({ flags, about, choices, standard }: FlagHelp): string[] {
  const more = [
    ...(choices.length > 0 ? [`one of ${choices.join(", ")}`] : []),
    ...(standard === null || about.includes("(default:") ? [] : [`default: ${standard}`]),
  ];
  return tagged(flags, more.length > 0 ? `${about} (${more.join("; ")})` : about);
}

function tagged(tag: string, said: string): string[] {
  return [".TP", `.B ${text(tag)}`, text(said)];
}

function paragraphs(...texts: readonly string[]): string[] {
  return texts.flatMap((one) => [".PP", text(one)]);
}

/** A line of text: what roff would read as its own is escaped, and quotes and hyphens stay what they are when copied. */
function text(line: string): string {
  const escaped = line
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replaceAll('"', "\\(dq");
  return escaped.startsWith(".") ? `\\&${escaped}` : escaped;
}

/** One argument of a macro. */
function string(words: string): string {
  return `"${text(words)}"`;
}

import type { CompletedCommand, Flag } from "./command-line.ts";
import type { Values } from "./values.ts";

/** For fish 3. Nothing is run at a TAB but functions of the script. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const words = new Words();
  const rules = commands.flatMap((command) => [
    "",
    ...command.flags.map((flag) => flagRule(command, flag, words)),
    ...operandRules(command, words),
  ]);
  const known = commands.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(" ")));
  return [
    template.replace("@WAITING@", () => valueFlags(commands).join(" ")).replace("@COMMANDS@", () => known.join(" ")),
    ...words.functions(),
    "complete -c envdoctor -f",
    ...rules,
    "",
  ].join("\n");
}

/** A word in fish's single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** Every flag, of any command, after which a value follows. */
function valueFlags(commands: readonly CompletedCommand[]): string[] {
  const names = commands.flatMap(({ flags }) =>
    flags.flatMap(({ short, long, takes }) => (takes && !takes.optional ? [short, long] : [])),
  );
  return [...new Set(names.filter((name) => name !== null))];
}

/** Functions that print words, written once for each set of words. */
class Words {
  private readonly bodies = new Map<string, string>();

  named(name: string, words: readonly { readonly value: string; readonly about: string }[]): string {
    const called = `__envdoctor_offer_${name}`;
    const lines = words.map(({ value, about }) => `        ${quoted(value)} ${quoted(about)}`);
    this.bodies.set(called, `    printf '%s\\t%s\\n' \\\n${lines.join(" \\\n")}`);
    return called;
  }

  functions(): string[] {
    return [...this.bodies].map(([name, body]) => `function ${name}\n${body}\nend\n`);
  }
}

/** The options of `complete` that offer these values. */
function offers(name: string, values: Values, words: Words): string {
  switch (values.kind) {
    case "free":
      return "-x";
    case "paths":
      return "-r -F";
    case "command":
      return "-x -a '(__envdoctor_command)'";
    default: {
      const plain = values.words.every(({ value, about }) => about === "" && /^[\w.-]+$/.test(value));
      if (plain && values.kind !== "list") {
        const all = quoted(values.words.map(({ value }) => value).join(" "));
        return `${values.kind === "either" ? "-r -F" : "-x"} -a ${all}`;
      }
      const named = words.named(name, values.words);
      return values.kind === "list" ? `-x -a '(__envdoctor_list ${named})'` : `-x -a '(${named})'`;
    }
  }
}

function rule(place: string, rest: string): string {
  return `complete -c envdoctor -n ${quoted(`__envdoctor_at ${quoted(place)}`)} ${rest}`;
}

function flagRule(command: CompletedCommand, { short, long, about, takes }: Flag, words: Words): string {
  const names = [...(short ? [`-s ${short.slice(1)}`] : []), ...(long ? [`-l ${long.slice(2)}`] : [])].join(" ");
  const value = takes === null || takes.optional ? "" : ` ${offers(takes.name, takes.values, words)}`;
  return rule(command.path.join(" "), `${names}${value} -d ${quoted(about)}`);
}

function operandRules(command: CompletedCommand, words: Words): string[] {
  const place = command.path.join(" ");
  return [
    ...command.commands.map(({ name, about }) => rule(place, `-a ${name} -d ${quoted(about)}`)),
    ...command.operands.flatMap(({ name, values }) => {
      const offered = offers(name, values, words).replace("-r ", "");
      return [rule(place, offered), ...(values.kind === "command" ? [rule(commandPlace, offered)] : [])];
    }),
  ];
}

/** Where the words behind preflight are a command line of their own. */
const commandPlace = "preflight command";

const template = `# The command that the words before the cursor name, and the number of the word from which on they are a command line
# of their own.
function __envdoctor_words
    set -l words (commandline -opc)
    set -l found ''
    set -l waiting no
    set -l at 2
    while test $at -le (count $words)
        set -l word $words[$at]
        if test $waiting = yes
            set waiting no
        else if test "$word" = --
            test "$found" = preflight; and set found '${commandPlace}'
            set at (math $at + 1)
            break
        else if contains -- "$word" @WAITING@
            set waiting yes
        else if not string match -q -- '-*' "$word"
            if test "$found" = preflight
                set found '${commandPlace}'
                break
            end
            set -l longer (string trim -- "$found $word")
            contains -- $longer @COMMANDS@; and set found $longer
        end
        set at (math $at + 1)
    end
    echo $found
    echo $at
end

# Every rule below asks, so the words are gone through once for each line.
function __envdoctor_at
    set -l line (commandline -opc)
    if test "$line" != "$__envdoctor_line"
        set -g __envdoctor_line "$line"
        set -g __envdoctor_found (__envdoctor_words)
    end
    test "$__envdoctor_found[1]" = "$argv[1]"
end

# The command behind preflight, completed by its own completion.
function __envdoctor_command
    set -l from (__envdoctor_words)[2]
    set -l words (commandline -opc)
    set -l inner
    test $from -le (count $words); and set inner (string escape -- $words[$from..])
    complete -C (string join ' ' -- $inner (commandline -ct))
end

# What function $argv[1] offers, for a list whose words are separated by commas.
function __envdoctor_list
    set -l token (commandline -ct | string replace -r -- '^--[^=]*=' '')
    set -l before (string match -r -- '^.*,' $token)
    for line in ($argv[1])
        set -l word (string split -m 1 \\t -- $line)[1]
        contains -- $word (string split , -- "$before"); or echo "$before$line"
    end
end
`;

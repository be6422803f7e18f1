import type { CompletedCommand } from "./command-line.ts";
import { singleQuoted as quoted } from "./quote.ts";
import type { Values } from "./values.ts";

/**
 * Needs no bash-completion package, and nothing that bash 3.2 of macOS lacks (tried with 5.2). Where the package is there,
 * the command behind `preflight --` is completed by its own completion. Nothing is run at a TAB: every word stands in
 * the script.
 */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const lists = new Lists();
  const takes = commands.flatMap((command) => flagArms(command, lists));
  const operands = commands.flatMap((command) => operandArms(command, lists));
  const flags = commands
    .filter((command) => command.flags.length > 0)
    .map((command) => arm([at(command)], `words=${quoted(flagNames(command).join(" "))}`));
  const known = commands.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(" ")));
  return template
    .replace("    @TAKES@", () => takes.join("\n"))
    .replace("    @OPERANDS@", () => operands.join("\n"))
    .replace("    @FLAGS@", () => flags.join("\n"))
    .replace("@COMMANDS@", () => known.join(" | "))
    .replace("@LISTS@", () => lists.lines().join("\n"));
}

/** Word lists that several flags share stand once in the script. */
class Lists {
  private readonly names = new Map<string, string>();

  of(words: string): string {
    if (words.length < 80) return words;
    const name = this.names.get(words) ?? `_envdoctor_words_${this.names.size + 1}`;
    this.names.set(words, name);
    return `$${name}`;
  }

  lines(): string[] {
    return [...this.names].map(([words, name]) => `${name}=${quoted(words)}`);
  }
}

const at = ({ path }: CompletedCommand): string => path.join(" ");

function arm(patterns: readonly string[], action: string): string {
  return `    ${patterns.map(quoted).join(" | ")}) ${action} ;;`;
}

function flagNames({ flags }: CompletedCommand): string[] {
  return flags.flatMap(({ short, long }) => [short, long].filter((name) => name !== null));
}

function flagArms(command: CompletedCommand, lists: Lists): string[] {
  return command.flags.flatMap(({ short, long, takes }) => {
    if (takes === null || takes.optional) return [];
    const names = [short, long].filter((name) => name !== null).map((name) => `${at(command)}:${name}`);
    return [arm(names, `takes=${described(takes.values, lists)}`)];
  });
}

function operandArms(command: CompletedCommand, lists: Lists): string[] {
  if (command.commands.length > 0) {
    return [
      arm([`${at(command)}:0`], `takes=${quoted(`words ${command.commands.map(({ name }) => name).join(" ")}`)}`),
    ];
  }
  return command.operands.map(({ values, repeats }, index) =>
    repeats
      ? `    ${quoted(`${at(command)}:`)}*) takes=${described(values, lists)} ;;`
      : arm([`${at(command)}:${index}`], `takes=${described(values, lists)}`),
  );
}

function described(values: Values, lists: Lists): string {
  if (!("words" in values)) return quoted(values.kind);
  const words = lists.of(values.words.map(({ value }) => value).join(" "));
  return words.startsWith("$") ? `"${values.kind} ${words}"` : quoted(`${values.kind} ${words}`);
}

const template = `
@LISTS@

# What flag $2 of command $1 takes, into takes: a kind and its words. Fails where it takes nothing.
_envdoctor_flag() {
  case "$1:$2" in
    @TAKES@
    *) return 1 ;;
  esac
}

# What operand number $2 of command $1 is, into takes.
_envdoctor_operand() {
  case "$1:$2" in
    @OPERANDS@
    *) return 1 ;;
  esac
}

# The flags of command $1, into words.
_envdoctor_flags() {
  case "$1" in
    @FLAGS@
    *) words='' ;;
  esac
}

_envdoctor_option() {
  if type compopt >/dev/null 2>&1; then compopt -o "$1"; fi
}

# Offers what takes says, for a word that begins with $1.
_envdoctor_offer() {
  local kind=\${takes%% *} words=\${takes#* } before='' word
  case $kind in
    words | either)
      for word in $words; do
        if [[ $word == "$1"* ]]; then COMPREPLY+=("$word"); fi
      done
      if [[ $kind == either ]]; then
        _envdoctor_option filenames
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$1")
      fi
      ;;
    list)
      if [[ $1 == *,* ]]; then before="\${1%,*},"; fi
      for word in $words; do
        if [[ ",$before" != *",$word,"* && $before$word == "$1"* ]]; then COMPREPLY+=("$before$word"); fi
      done
      _envdoctor_option nospace
      ;;
    paths) _envdoctor_option default ;;
  esac
}

# The command that preflight starts; its first word is number $1 of the line.
_envdoctor_command() {
  local word
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$1"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -c -- "\${COMP_WORDS[COMP_CWORD]}")
  else
    _envdoctor_option default
  fi
}

_envdoctor() {
  local cur=$2 command='' takes='' words='' waiting='' ended='' operands=0 i word
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # Bash breaks --format=json and train.py:NAME into three words.
    if [[ $word == = ]]; then continue; fi
    if [[ $word == : ]]; then
      ((i++))
      continue
    fi
    if [[ -n $waiting ]]; then
      waiting=''
      continue
    fi
    if [[ $word == -* && -z $ended ]]; then
      if [[ $word == -- ]]; then
        ended=yes
      elif [[ $word != *=* ]] && _envdoctor_flag "$command" "$word"; then
        waiting=$word
      fi
      continue
    fi
    case "\${command:+$command }$word" in
      @COMMANDS@) command="\${command:+$command }$word" ;;
      *)
        takes=''
        if _envdoctor_operand "$command" "$operands" && [[ $takes == command ]]; then
          _envdoctor_command "$i"
          return
        fi
        ((operands++))
        ;;
    esac
  done

  takes=''
  if [[ $cur == = ]]; then cur=''; fi
  if [[ -n $waiting ]]; then
    _envdoctor_flag "$command" "$waiting"
    _envdoctor_offer "$cur"
    return
  fi
  if [[ $cur == -* && -z $ended ]]; then
    _envdoctor_flags "$command"
    takes="words $words"
    _envdoctor_offer "$cur"
    return
  fi
  if _envdoctor_operand "$command" "$operands"; then
    if [[ $takes == command ]]; then
      _envdoctor_command "$COMP_CWORD"
    else
      _envdoctor_offer "$cur"
    fi
  elif [[ -z $cur && -z $ended ]]; then
    _envdoctor_flags "$command"
    takes="words $words"
    _envdoctor_offer ''
  fi
}

# Without compopt a function cannot ask for files here and there.
if type compopt >/dev/null 2>&1; then
  complete -F _envdoctor envdoctor
else
  complete -o default -F _envdoctor envdoctor
fi
`.trimStart();

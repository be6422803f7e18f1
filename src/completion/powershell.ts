import type { CompletedCommand, Flag } from "./command-line.ts";
import type { Values } from "./values.ts";

/**
 * For Windows PowerShell 5.1 and PowerShell 7. Nothing is run at a TAB. Where nothing is offered PowerShell completes files
 * by itself.
 */
export function powershellScript(commands: readonly CompletedCommand[]): string {
  return template.replace("        @COMMANDS@", () => commands.map(entry).join("\n"));
}

/** A word in PowerShell's single quotes, which typographic ones can end, too. */
function quoted(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}

function entry(command: CompletedCommand): string {
  const flags = command.flags.flatMap((flag) =>
    [flag.short, flag.long].flatMap((name) => (name === null ? [] : [flagEntry(name, flag)])),
  );
  const operand = command.operands[0];
  const offered = command.commands.length > 0 ? pairs(command.commands.map(({ name, about }) => [name, about])) : null;
  return `        ${quoted(command.path.join(" "))} = @{
            Flags = @(
${flags.map((line) => `                ${line}`).join("\n")}
            )
            Operand = ${offered ?? (operand ? valuesEntry(operand.values) : "@()")}
        }`;
}

function flagEntry(name: string, { about, takes }: Flag): string {
  const value = takes === null || takes.optional ? "" : `; Value = ${valuesEntry(takes.values)}`;
  const list = takes?.values.kind === "list" ? "; List = $true" : "";
  return `@{ Name = ${quoted(name)}; About = ${quoted(about)}${value}${list} }`;
}

function valuesEntry(values: Values): string {
  return "words" in values ? pairs(values.words.map(({ value, about }) => [value, about])) : "@()";
}

/** Each word with what it means; a comma before the first keeps a single pair from being taken apart. */
function pairs(words: readonly (readonly [string, string])[]): string {
  return `@(${words.map(([word, about]) => `,@(${quoted(word)}, ${quoted(about)})`).join(" + ")})`;
}

const template = `Register-ArgumentCompleter -Native -CommandName 'envdoctor' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commands = @{
        @COMMANDS@
    }

    # The words before the one at the cursor, as they were typed.
    $words = @($commandAst.CommandElements |
        Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })

    $command = ''
    $waiting = $null
    foreach ($word in $words) {
        if ($waiting) { $waiting = $null; continue }
        if ($word -eq '--') { return }
        if ($word.StartsWith('-')) {
            $waiting = $commands[$command].Flags |
                Where-Object { $_.Name -ceq $word -and $_.ContainsKey('Value') } |
                Select-Object -First 1
            continue
        }
        $longer = "$command $word".Trim()
        if ($commands.ContainsKey($longer)) { $command = $longer }
    }

    $typed = "$wordToComplete"
    $before = ''
    if (-not $waiting -and $typed -match '^(--[^=]+)=(.*)$') {
        $waiting = $commands[$command].Flags | Where-Object { $_.Name -ceq $Matches[1] } | Select-Object -First 1
        $before = "$($Matches[1])="
        $typed = $Matches[2]
    }
    if ($waiting) {
        $offers = $waiting.Value
        if ($waiting.ContainsKey('List') -and $typed.Contains(',')) {
            $given = $typed.Substring(0, $typed.LastIndexOf(',') + 1)
            $before += $given
            $typed = $typed.Substring($given.Length)
            $offers = @($offers | Where-Object { $given.Split(',') -cnotcontains $_[0] })
        }
    } elseif ($typed.StartsWith('-')) {
        $offers = @($commands[$command].Flags | ForEach-Object { , @($_.Name, $_.About) })
    } else {
        $offers = $commands[$command].Operand
    }

    foreach ($offer in $offers) {
        if (-not $offer[0].StartsWith($typed, [StringComparison]::OrdinalIgnoreCase)) { continue }
        $about = if ($offer[1]) { $offer[1] } else { $offer[0] }
        [System.Management.Automation.CompletionResult]::new("$before$($offer[0])", $offer[0], 'ParameterValue', $about)
    }
}
`;

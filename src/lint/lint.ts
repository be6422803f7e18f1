import { guardProblems, type Note, noteStarts, type Problem, problemOf } from "./problems.ts";
import { execute } from "./run/execute.ts";
import { Run, type StartMethod } from "./run/run.ts";
import { Source } from "./source.ts";
import { parsePython } from "./syntax/parse.ts";
import type { ScriptTree } from "./syntax/tree.ts";

export interface LintOptions {
  /** How workers start where the script does not say. */
  readonly startMethod: StartMethod;
  /** A notebook has no file that a worker could import. */
  readonly notebook?: boolean;
}

export interface Linted {
  /** By line. */
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
}

/** More unreadable places than this say only that it is not Python. */
const maxUnreadable = 20;

/**
 * Reads a Python script and names what keeps it from starting its workers. Any text is accepted; what cannot be read or
 * known is a note.
 */
export function lintScript(text: string, { startMethod, notebook = false }: LintOptions): Linted {
  const source = new Source(text);
  const tree = parsePython(text);
  const imported = new Run(text, "import", startMethod, null);
  const ended = notebook ? "normal" : runModule(imported, tree);
  const importable = notebook ? new Set<object>() : imported.exhausted ? null : imported.defined;
  const main = new Run(text, "main", startMethod, importable);
  runModule(main, tree);

  const unreadable = [...new Set(tree.unreadable.map((at) => source.lineAt(at)))].slice(0, maxUnreadable);
  const spawns = main.starts.some(
    (start) => start.kind !== "method" && start.certainty !== "unknown" && start.method !== "fork",
  );
  const guard = notebook || !spawns ? [] : guardProblems(imported, ended === "stop", tree, source);
  const problems = [
    ...guard,
    ...main.findings
      .filter(({ kind }) => kind !== "cannot-tell")
      .map((finding) => problemOf(finding, source, notebook)),
  ];
  const notes = [
    ...unreadable.map((line): Note => ({ kind: "unreadable", line, column: 1, what: "" })),
    ...noteStarts(notebook ? [] : imported.starts, guard, source),
    ...main.findings
      .filter(({ kind }) => kind === "cannot-tell")
      .map(
        (finding): Note => ({
          kind: "holds",
          line: source.lineAt(finding.from),
          column: source.columnAt(finding.from),
          what: main.text(finding).slice(0, 80),
        }),
      ),
    ...(main.exhausted ? [{ kind: "too-long", line: 1, column: 1, what: "" } as const] : []),
  ];
  return { problems: unique(problems), notes: unique(notes) };
}

function runModule(run: Run, tree: ScriptTree): string {
  run.topLevel = tree.body;
  return execute(tree.body, run.module, run);
}

/** One of each kind at a place, in the order of the text. */
function unique<T extends { readonly line: number; readonly column: number }>(all: readonly T[]): T[] {
  const byPlace = new Map<string, T>();
  for (const each of all) {
    const key = `${each.line}:${each.column}:${"cause" in each ? each.cause : "kind" in each ? each.kind : ""}`;
    if (!byPlace.has(key)) byPlace.set(key, each);
  }
  return [...byPlace.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

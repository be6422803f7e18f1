import { z } from "zod";

const notebookSchema = z.object({
  cells: z.array(z.object({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]) })),
});

/** The code of a notebook as one text, and the way back to its cells. */
export interface NotebookCode {
  readonly text: string;
  /** The cell (1-based, counting all cells) and its line for a line of the text. */
  readonly place: (line: number) => { readonly cell: number; readonly line: number };
}

/** Reads the code cells of a Jupyter notebook (format 4); undefined where the text is none. */
export function readNotebook(text: string): NotebookCode | undefined {
  const notebook = notebookSchema.safeParse(parseJson(text));
  if (!notebook.success) return undefined;
  const lines: string[] = [];
  const places: { cell: number; line: number }[] = [];
  for (const [i, { cell_type, source }] of notebook.data.cells.entries()) {
    if (cell_type !== "code") continue;
    const code = (Array.isArray(source) ? source.join("") : source).split("\n");
    const foreign = /^%%(?!time|capture|prun)/.test(code[0] ?? "");
    for (const [at, line] of code.entries()) {
      lines.push(foreign ? "" : plainPython(line));
      places.push({ cell: i + 1, line: at + 1 });
    }
  }
  return { text: lines.join("\n"), place: (line) => places[line - 1] ?? { cell: 1, line } };
}

/** Magics and shell lines are not Python: `%matplotlib inline`, `!pip install x`. */
function plainPython(line: string): string {
  const [, indentation] = /^(\s*)[%!?]/.exec(line) ?? [];
  return indentation === undefined ? line : `${indentation}pass`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

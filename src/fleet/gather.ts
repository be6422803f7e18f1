import { message, type Said } from "../text/message.ts";
import { excerpt } from "../text/plain.ts";
import { readReport } from "./report-schema.ts";
import { type ReadFile, readSources } from "./sources.ts";
import { type Origin, Table } from "./table.ts";

/** A file, or a place within one, that gave no report. */
export interface Unreadable {
  readonly file: string;
  readonly line: number | null;
  /** The machine that it would have been. */
  readonly name: string;
  readonly reason: Said;
}

export interface Gathered {
  readonly table: Table;
  readonly names: readonly string[];
  readonly unreadable: readonly Unreadable[];
  /** Reports that a later one of the same machine replaced. */
  readonly replaced: readonly { readonly file: string; readonly note: Said }[];
}

const texts = {
  host: message('"host" is no name of a machine', '"host" 不是机器名'),
};

/** Reads all reports below the paths. Broken ones are collected, not thrown. @throws UsageError for a path that is not there */
export async function gatherReports(paths: readonly string[]): Promise<Gathered> {
  const table = new Table();
  const unreadable: Unreadable[] = [];
  const replaced: { file: string; note: Said }[] = [];
  let current: { file: string; documents: number } = { file: "", documents: 0 };
  await readSources(paths, (read) => {
    const { file, piece } = read;
    if (current.file !== file) current = { file, documents: 0 };
    current.documents++;
    const base = nameWithin(read, current.documents);
    const line = piece.line > 1 ? piece.line : null;
    if (!piece.content.ok) {
      unreadable.push({ file, line, name: base, reason: piece.content.reason });
      return;
    }
    const reading = readReport(piece.content.document);
    if (!reading.ok) {
      unreadable.push({ file, line, name: base, reason: reading.reason });
      return;
    }
    const host = reading.report.host ?? hostLabel(piece.label);
    if (host !== null && !isName(host)) unreadable.push({ file, line, name: base, reason: texts.host() });
    else {
      const older = table.add(reading.report, { file, host, base } satisfies Origin);
      if (older !== null) replaced.push(older);
    }
  });
  return { table, names: table.names(), unreadable, replaced };
}

/** The first report of a file is called after the file, further ones also by their label or line. */
function nameWithin({ base, piece }: ReadFile, document: number): string {
  const label = piece.label;
  if (label !== null) return hostLabel(label) ?? `${base}#${label}`;
  const name = excerpt(base, 1, 255);
  return document === 1 ? name : `${name}:${piece.line === 1 ? document : piece.line}`;
}

/** srun --label writes the number of the task, which names no machine. */
const hostLabel = (label: string | null): string | null => (label === null || /^\d+$/.test(label) ? null : label);

const isName = (host: string): boolean => /^[\w.:@-]{1,255}$/.test(host);

/**
 * The file format of .wslconfig and wsl.conf as WSL itself reads it:
 * https://github.com/microsoft/WSL/blob/master/src/shared/configfile/configfile.cpp
 * It is no common ini: only `#` starts a comment, names are letters and digits, a backslash in a value begins an escape
 * (so `C:\Users` spoils its line), the first of two equal keys counts, and a line that is not understood is passed over.
 */
export interface WslSetting {
  /** As it is written; "" before the first section. */
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

export function parseWslIni(text: string): WslSetting[] {
  const settings: WslSetting[] = [];
  let section = "";
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    const header = /^\[([a-z][a-z0-9]*)\][ \t]*(?:#|$)/i.exec(line);
    const pair = /^([a-z][a-z0-9]*)[ \t]*=(.*)$/i.exec(line);
    if (header?.[1] !== undefined) section = header[1];
    const key = pair?.[1];
    const value = unescaped(pair?.[2] ?? "");
    if (key !== undefined && value !== null) settings.push({ section, key, value, line: at + 1 });
  }
  return settings;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\", '"': '"', b: "\b", n: "\n", t: "\t" };

/** null: WSL drops the line for an unknown escape or an open quote. */
function unescaped(raw: string): string | null {
  let value = "";
  let quoted = false;
  for (let at = 0; at < raw.length; at++) {
    const char = raw[at] ?? "";
    if (char === "#" && !quoted) break;
    if (char === '"') quoted = !quoted;
    else if (char === "\\") {
      const escaped = escapes[raw[++at] ?? ""];
      if (escaped === undefined) return null;
      value += escaped;
    } else value += char;
  }
  return quoted ? null : value.trim();
}

/** The value of "section.key", upper and lower case alike. */
export function settingOf(settings: readonly WslSetting[], name: string): string | null {
  return settings.find((each) => nameOf(each) === name.toLowerCase())?.value ?? null;
}

/** "wsl2.memory", in lower case: how WSL compares names. */
function nameOf({ section, key }: WslSetting): string {
  return `${section}.${key}`.toLowerCase();
}

/** true, false, 1 and 0, as WSL takes them; null for anything else, which it ignores. */
export function booleanOf(value: string | null): boolean | null {
  const word = value?.toLowerCase();
  if (word === "true" || word === "1") return true;
  return word === "false" || word === "0" ? false : null;
}

const unitBytes: Readonly<Record<string, number>> = { "": 1, B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** "8GB", "512MB", "8589934592" in MiB; null for what WSL refuses, such as "8 GB" and "1.5GB". */
export function memoryMiBOf(value: string | null): number | null {
  const match = /^(\d+)([KMGT]?)B?$/i.exec(value ?? "");
  const unit = unitBytes[(match?.[2] ?? "").toUpperCase()];
  return match === null || unit === undefined ? null : Math.floor((Number(match[1]) * unit) / 2 ** 20);
}

/** A whole number, decimal or hexadecimal. */
export function integerOf(value: string | null): number | null {
  return value !== null && /^(?:\d+|0x[0-9a-f]+)$/i.test(value) ? Number(value) : null;
}

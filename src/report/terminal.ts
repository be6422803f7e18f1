import type { Language } from "../text/message.ts";

/** How a report may look where it is shown. */
export interface Look {
  readonly language: Language;
  readonly colour: boolean;
  /** Columns to wrap at. */
  readonly width: number;
  /** The terminal shows more than ASCII. */
  readonly unicode: boolean;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colour by https://no-color.org and FORCE_COLOR; a pipe gets none unless it is forced. */
export function wantsColour(stream: Stream, env: Environment, flag: boolean | undefined): boolean {
  if (flag === false || (env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

export function wantsUnicode(env: Environment, platform: NodeJS.Platform): boolean {
  if (platform === "win32") return env["WT_SESSION"] !== undefined || env["TERM_PROGRAM"] !== undefined;
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  // Unset means the C locale; node writes UTF-8 whatever the locale, so only the glyphs are at stake.
  return /utf-?8/i.test(locale);
}

export function reportWidth(stream: Stream): number {
  return Math.max(40, Math.min(stream.columns ?? 80, 100));
}

import { message, type Said } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import { endOfString } from "./recording.ts";

export interface JsonPlace {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** What stands there, in words. */
  readonly found: Said;
}

const texts = {
  ends: message("the file ends too early", "文件过早结束"),
  unexpected: message("unexpected {text}", "意外的 {text}"),
};

const blanks = /[ \t\r\n]*/y;
const signOrWord = /[{}[\],:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escapes = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/g;
const badInString = /[\x00-\x1f\\]/;

/**
 * Where a text stops being JSON. `JSON.parse` says it in words that differ between versions of the runtime, some
 * without the place.
 */
export function jsonPlace(text: string): JsonPlace {
  const open: ("{" | "[")[] = [];
  let expect: "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma" = "value";
  let at = endOf(blanks, text, 0);
  for (;;) {
    const next = tokenAt(text, at);
    const inside = open.at(-1);
    const opens = next === "{" || next === "[";
    const closes = (next === "}" && inside === "{") || (next === "]" && inside === "[");
    if (expect.startsWith("value") && (opens || next === "string" || next === "word")) {
      if (opens) open.push(next);
      expect = next === "{" ? "key-or-end" : next === "[" ? "value-or-end" : "comma";
    } else if (expect.startsWith("key") && next === "string") expect = "colon";
    else if (expect === "colon" && next === ":") expect = "value";
    else if (expect === "comma" && next === "," && inside !== undefined) expect = inside === "{" ? "key" : "value";
    else if (closes && (expect === "comma" || expect.endsWith("-or-end"))) {
      open.pop();
      expect = "comma";
    } else return placeOf(text, at);
    at = endOf(blanks, text, endOfToken(text, at));
  }
}

/** A sign, what kind of token it is, or null where no token can begin. */
function tokenAt(text: string, at: number): string | null {
  if (text[at] !== '"') {
    const end = endOf(signOrWord, text, at);
    if (end === at) return null;
    return /[{}[\],:]/.test(text.charAt(at)) ? text.charAt(at) : "word";
  }
  const end = endOfString(text, at);
  return end < 0 || badInString.test(text.slice(at, end).replace(escapes, "")) ? null : "string";
}

function endOfToken(text: string, at: number): number {
  return text[at] === '"' ? endOfString(text, at) : endOf(signOrWord, text, at);
}

function endOf(sticky: RegExp, text: string, at: number): number {
  sticky.lastIndex = at;
  return at + (sticky.exec(text)?.[0].length ?? 0);
}

function placeOf(text: string, at: number): JsonPlace {
  const before = text.slice(0, at);
  const rest = text.slice(at, at + 24).split("\n")[0] ?? "";
  return {
    line: before.split("\n").length,
    column: at - before.lastIndexOf("\n"),
    found: at >= text.length ? texts.ends() : texts.unexpected({ text: plainText(JSON.stringify(rest)) }),
  };
}

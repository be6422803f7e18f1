import type { SyntaxNode } from "@lezer/common";
import type { Reader } from "./reader.ts";

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", "'": "'", '"': '"' };

/** What a string literal holds; undefined for bytes and for strings with escapes or replacements that are not followed. */
export function stringValue(node: SyntaxNode, reader: Reader): string | undefined {
  if (node.name !== "ContinuedString") return node.name === "String" ? oneString(reader.text(node)) : undefined;
  const parts = reader.children(node).map((part) => stringValue(part, reader));
  return parts.some((part) => part === undefined) ? undefined : parts.join("");
}

function oneString(literal: string): string | undefined {
  const prefix = /^[a-zA-Z]{0,3}/.exec(literal)?.[0].toLowerCase() ?? "";
  if (prefix.includes("b")) return undefined;
  const quoted = literal.slice(prefix.length);
  const quotes = quoted.startsWith('"""') || quoted.startsWith("'''") ? 3 : 1;
  const inner = quoted.slice(quotes, -quotes);
  if (prefix.includes("r")) return inner;
  return inner.replace(/\\([\s\S])/g, (whole, mark: string) => escapes[mark] ?? whole);
}

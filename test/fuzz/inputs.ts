/** Texts that break parsers: real ones with pieces cut out, doubled, moved and replaced, and plain noise. */
import fc from "fast-check";

/** Escapes and direction marks for a terminal, markup for every format, names of the prototype, paths, numbers. */
export const hostile = [
  "\u001b[2J\u001b[31m",
  "\u001b]0;title\u0007",
  "\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\",
  "\u009b31m",
  "\u0000",
  "\u0007\u0008\u007f",
  "\u202egnp.exe\u2066\u2069\u200f",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'onmouseover='alert(1)",
  "]]><x/>",
  "&lt;&#0;",
  "[click](javascript:alert(1))",
  "![x](http://evil.example/x.png)",
  "```",
  "`",
  "|",
  "<!--",
  '=cmd|"/C calc"!A0',
  '"} 1\nenvdoctor_up{x="',
  "\\",
  "{gpu}",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  "../../../../etc/passwd",
  "C:\\..\\..\\x",
  "-1",
  "99999999999999999999999999",
  "NaN",
  "1e999",
  "0x",
  "\ud800",
  "\ufeff",
  "\r",
  "\n",
  "\t",
  " ".repeat(300),
  "a".repeat(2000),
  "((((((((((((((((((((",
  "[".repeat(500),
  "1.".repeat(400),
  "，。错误：找不到",
] as const;

interface Mutation {
  readonly kind: "cut" | "double" | "insert" | "word" | "line" | "flip" | "end";
  /** 0…1, where in the text. */
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom("cut", "double", "insert", "word", "line", "flip", "end"),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.integer({ min: 1, max: 200 }),
  text: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...hostile) }, fc.string({ unit: "binary", maxLength: 20 })),
});

/** A mutated one of these texts; one of ten is noise of its own. */
export function textsLike(corpus: () => readonly string[]): fc.Arbitrary<string> {
  const real = fc
    .tuple(fc.nat(), fc.array(mutation, { maxLength: 6 }))
    .map(([index, mutations]) => mutations.reduce(mutated, corpus()[index % corpus().length] ?? ""));
  const noise = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.array(fc.constantFrom(...hostile), { maxLength: 12 }).map((pieces) => pieces.join("")),
    fc.json({ maxDepth: 4 }),
  );
  return fc.oneof({ weight: 9, arbitrary: real }, { weight: 1, arbitrary: noise });
}

function mutated(text: string, { kind, at, length, text: piece }: Mutation): string {
  const start = Math.floor(at * (text.length + 1));
  const before = text.slice(0, start);
  const rest = text.slice(start);
  switch (kind) {
    case "cut":
      return before + rest.slice(length);
    case "double":
      return before + rest.slice(0, length) + rest;
    case "insert":
      return before + piece + rest;
    case "word":
      return before + rest.replace(/[\w.+-]+/, () => piece);
    case "line": {
      const lines = text.split("\n");
      const [moved = ""] = lines.splice(Math.floor(at * lines.length), 1);
      lines.splice(length % (lines.length + 1), 0, moved);
      return lines.join("\n");
    }
    case "flip":
      return before + String.fromCharCode((rest.charCodeAt(0) || 0) ^ (1 << (length % 8))) + rest.slice(1);
    case "end":
      return before;
  }
}

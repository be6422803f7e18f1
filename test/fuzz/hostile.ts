/** A test machine whose every answer may hold what acts on a terminal, in a page, in Markdown, XML, JSON or a metric. */
import fc from "fast-check";
import type { Recording } from "../../src/host/recording.ts";
import { recordings } from "./corpus.ts";

/** What acts where it is printed. `QXMARK` tells it from what is ours. */
const acting = [
  "\u001b]0;QXMARK\u0007",
  "\u001b]8;;http://QXMARK.example\u001b\\x\u001b]8;;\u001b\\",
  "\u001b[31mQXMARK\u001b[0m",
  "\u009b31mQXMARK",
  "\u202eQXMARK\u2066",
  "\u0000QXMARK\u0008",
  "\rQXMARK",
  "\nQXMARK",
  "<script>QXMARK()</script>",
  '"><img src=x onerror=QXMARK()>',
  "'><svg/onload=QXMARK()>",
  "</script><b>QXMARK</b>",
  "<!--QXMARK",
  "]]><QXMARK/>",
  "[QXMARK](javascript:QXMARK())",
  "![QXMARK](http://QXMARK.example/x.png)",
  "<http://QXMARK.example>",
  "```\nQXMARK",
  "`QXMARK",
  "| QXMARK |",
  "@QXMARK",
  "::error::QXMARK",
  "%0A::warning::QXMARK",
  '"} 1\nQXMARK{x="',
  "\\",
  "\ud800QXMARK",
  "=QXMARK()",
  "__proto__",
] as const;

/** These plain data with something that acts in some of their texts. */
export function spoilt<T>(of: T): fc.Arbitrary<T> {
  return fc
    .record({ every: fc.integer({ min: 1, max: 6 }), words: fc.array(fc.constantFrom(...acting), { minLength: 1 }) })
    .map(({ every, words }) => {
      let number = 0;
      return mapStrings(of, (text) =>
        ++number % every === 0 && !/^(?:check|20\d\d-.*|pass|warn|fail|unknown|skipped)$/.test(text)
          ? text + (words[number % words.length] ?? "")
          : text,
      );
    });
}

const spoiling = fc.record({
  machine: fc.nat(),
  /** Of each text one word in so many becomes one of `acting`. */
  every: fc.integer({ min: 2, max: 12 }),
  start: fc.nat({ max: 100 }),
  words: fc.array(fc.constantFrom(...acting), { minLength: 1, maxLength: 4 }),
});

export const hostileMachine: fc.Arbitrary<Recording> = spoiling.map(({ machine, every, start, words }) => {
  const all = recordings();
  const recording = all[machine % all.length];
  if (recording === undefined) throw new Error("there are no test machines");
  let number = start;
  const spoilt = (text: string): string =>
    text.replace(/[\w.+-]{2,}/g, (word) =>
      ++number % every === 0 ? word + (words[Math.floor(number / every) % words.length] ?? "") : word,
    );
  return {
    ...recording,
    env: mapped(recording.env, (value) => (every % 2 === 0 ? spoilt(value) : value)),
    commands: mapped(recording.commands, (run) => ({ ...run, stdout: spoilt(run.stdout), stderr: spoilt(run.stderr) })),
    files: mapped(recording.files, (file) => (typeof file === "string" ? spoilt(file) : file)),
    folders: mapped(recording.folders, (names) =>
      Array.isArray(names) ? names.map((name) => (start % 3 === 0 ? spoilt(name) : name)) : names,
    ),
    realPaths: mapped(recording.realPaths, (path) =>
      typeof path === "string" && start % 4 === 0 ? spoilt(path) : path,
    ),
    inventory: mapStrings(recording.inventory, spoilt),
  };
});

function mapped<T>(table: Readonly<Record<string, T>>, change: (entry: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(table).map(([key, entry]) => [key, change(entry)]));
}

function mapStrings<T>(of: T, change: (text: string) => string): T {
  if (typeof of === "string") return change(of) as T;
  if (Array.isArray(of)) return of.map((one) => mapStrings(one, change)) as T;
  if (typeof of !== "object" || of === null) return of;
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [key, mapStrings(value, change)])) as T;
}

import { causeIds } from "../../checks/causes/ids.ts";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { knownStartMethods } from "../cli/options.ts";
import { vocabulary } from "../preflight/names.ts";
import type { Language } from "../text/message.ts";

interface Word {
  readonly value: string;
  /** Empty where the word says it all. */
  readonly about: string;
}

/**
 * What a shell offers for a value. words: one of these; list: some of these, separated by commas; either: one of these, or a
 * file; paths: files and folders; command: a command line of its own; free: nothing can be offered.
 */
export type Values =
  | { readonly kind: "words" | "list" | "either"; readonly words: readonly Word[] }
  | { readonly kind: "paths" | "command" | "free" };

const paths: Values = { kind: "paths" };
const free: Values = { kind: "free" };
const plain = (words: readonly string[]): Word[] => words.map((value) => ({ value, about: "" }));

/** What is meant by the names of values in the help, as in `--only <ids>`, where the definition gives no choices. */
const byName: Readonly<Record<string, (language: Language) => Values>> = {
  file: () => paths,
  files: () => paths,
  path: () => paths,
  paths: () => paths,
  snapshot: () => paths,
  old: () => paths,
  new: () => paths,
  seconds: () => free,
  ms: () => free,
  n: () => free,
  url: () => free,
  run: () => free,
  command: () => ({ kind: "command" }),
  ids: (language) => ({ kind: "list", words: checks.map(({ id, title }) => ({ value: id, about: title[language] })) }),
  id: (language) => ({
    kind: "words",
    words: causeIds.map((id) => ({ value: id, about: catalogue[id].title[language] })),
  }),
  expr: (language) => ({
    kind: "words",
    words: Object.entries(vocabulary).map(([name, { says }]) => ({ value: name, about: says[language] })),
  }),
  methods: () => ({ kind: "list", words: plain(knownStartMethods) }),
  set: () => ({ kind: "either", words: plain(["table", "images"]) }),
};

/** Throws for a name that stands for nothing yet: whoever adds a flag says above what its value is. */
export function valuesOf(name: string, language: Language): Values {
  const values = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (!values) throw new Error(`the completion does not know what <${name}> is; see src/completion/values.ts`);
  return values(language);
}

/** Flags that may be given several times, by the name of their value. */
export const repeatable: ReadonlySet<string> = new Set(["ids", "expr", "set"]);

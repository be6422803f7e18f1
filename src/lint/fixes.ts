import { message, type Said, verbatim } from "../text/message.ts";
import type { UnpicklableKind } from "./library/pickle.ts";
import type { Finding } from "./run/run.ts";
import type { Source } from "./source.ts";
import { namesIn } from "./syntax/names.ts";
import { parsePython } from "./syntax/parse.ts";
import type { LambdaNode, ScriptTree, Statement } from "./syntax/tree.ts";

export interface Fix {
  /** The corrected lines. */
  readonly text: Said;
  /** The lines that `text` takes the place of (1-based, both included); null where more than one place changes. */
  readonly replaces: { readonly first: number; readonly last: number } | null;
}

const guardLine = 'if __name__ == "__main__":';

const texts = {
  moduleLevel: message("# at module level, outside any function:", "# 放在模块顶层，任何函数之外："),
  ownFile: message("# in a file of its own, such as workers.py:", "# 放在单独的文件中，例如 workers.py："),
  outsideGuard: message("# above the main guard:", "# 放在 main 保护之前："),
  here: message("# and here:", "# 此处改为："),
  inWorker: message(
    "# in __getitem__, so that each worker opens its own:",
    "# 在 __getitem__ 中，让每个 worker 各自打开：",
  ),
  training: message("# in the training loop:", "# 在训练循环中："),
  once: message("# once, before the loop:", "# 在循环之前只创建一次："),
  importInside: message(
    "# import the module where it is used instead of keeping it in the object:",
    "# 在使用处导入模块，而不是保存在对象中：",
  ),
};

/** `if __name__ == "__main__":` around the statement and what follows it, up to the next definition. */
export function guardFix(statement: Statement | null, tree: ScriptTree, source: Source): Fix {
  const at = statement ? tree.body.indexOf(statement) : -1;
  if (!statement || at < 0) return { text: verbatim(guardLine), replaces: null };
  let until = statement;
  for (const next of tree.body.slice(at + 1)) {
    if (["function", "class", "import"].includes(next.type) || isGuard(next)) break;
    until = next;
  }
  const [first, last] = [source.lineAt(statement.from), source.lineAt(Math.max(until.from, until.to - 1))];
  return { text: verbatim(`${guardLine}\n${indent(source.lines(first, last))}`), replaces: { first, last } };
}

function isGuard(statement: Statement): boolean {
  return statement.type === "if" && statement.branches.some(({ test }) => namesIn(test).has("__name__"));
}

/** Indents by four columns, but not what stands inside a triple-quoted string. */
function indent(code: string): string {
  let quotes: string | undefined;
  return code
    .split("\n")
    .map((line) => {
      const inside = quotes !== undefined;
      for (const [mark] of line.matchAll(/"""|'''/g)) {
        if (quotes === undefined) quotes = mark;
        else if (quotes === mark) quotes = undefined;
      }
      return inside || line.trim() === "" ? line : `    ${line}`;
    })
    .join("\n");
}

function dedent(code: string): string {
  const lines = code.split("\n");
  const [first = "", ...rest] = lines;
  const least = Math.min(
    ...rest.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length),
  );
  const body = Number.isFinite(least) ? Math.max(0, least - 4) : 0;
  return [first.trimStart(), ...rest.map((line) => line.slice(Math.min(body, line.length)))].join("\n");
}

/** The whole lines of a place with the place itself replaced. */
function replaced(
  from: number,
  to: number,
  by: string,
  source: Source,
): { readonly code: string; readonly first: number; readonly last: number } {
  const [first, last] = [source.lineAt(from), source.lineAt(Math.max(from, to - 1))];
  const start = source.startOf(first);
  const lines = source.lines(first, last);
  return { code: lines.slice(0, from - start) + by + lines.slice(to - start), first, last };
}

/** persistent_workers=True in the very call. */
export function persistentFix({ from, to, detail }: Finding, source: Source): Fix {
  const { code, first, last } = replaced(from, to, withPersistentWorkers(source.text.slice(from, to)), source);
  if (detail === "made-in-loop") return { text: commented(texts.once(), dedent(code)), replaces: null };
  return { text: verbatim(code), replaces: { first, last } };
}

function withPersistentWorkers(call: string): string {
  const set = /\bpersistent_workers\s{0,20}=\s{0,20}\w+/;
  if (set.test(call)) return call.replace(set, "persistent_workers=True");
  const inner = call.slice(0, -1).trimEnd();
  const comma = inner.endsWith(",") || inner.endsWith("(") ? "" : ",";
  const closing = call.slice(inner.length);
  if (!closing.includes("\n")) return `${inner}${comma} persistent_workers=True)`;
  const indentation = /\n([ \t]*)[^\n]*$/.exec(inner)?.[1] ?? "";
  return `${inner}${comma}\n${indentation}persistent_workers=True,${closing}`;
}

function commented(comment: Said, code: string, after?: { readonly comment: Said; readonly code: string }): Said {
  const say = (language: keyof Said): string =>
    [comment[language], code, ...(after ? ["", after.comment[language], after.code] : [])].join("\n");
  return { en: say("en"), zh: say("zh") };
}

/** `x.cuda()` in a worker becomes `x`; the batch moves in the training loop. */
export function cudaFix({ from, to }: Finding, source: Source): Fix {
  const call = source.text.slice(from, to);
  const method = Math.max(call.lastIndexOf(".cuda("), call.lastIndexOf(".to("));
  const plain =
    method > 0
      ? call.slice(0, method)
      : call.replace(/,\s{0,20}device\s{0,20}=\s{0,20}[^,()]{1,80}(\(["'\w:]{0,40}\))?/, "");
  const { code } = replaced(from, to, plain, source);
  const moved = 'batch = batch.to("cuda", non_blocking=True)';
  const say = (language: keyof Said): string => `${code}\n\n${texts.training()[language]}\n${moved}`;
  return { text: { en: say("en"), zh: say("zh") }, replaces: null };
}

export function picklableFix(finding: Finding, kind: UnpicklableKind | "notebook", source: Source): Fix {
  const { from, to, value } = finding;
  switch (kind) {
    case "lambda":
      return value?.kind === "function" && value.node.type === "lambda"
        ? lambdaFix(value.node, capturedBy(value.node, value.scope), source)
        : { text: verbatim(""), replaces: null };
    case "function":
    case "class":
      return { text: commented(texts.moduleLevel(), dedent(source.text.slice(from, to))), replaces: null };
    case "guarded":
      return { text: commented(texts.outsideGuard(), dedent(source.text.slice(from, to))), replaces: null };
    case "notebook":
      return { text: commented(texts.ownFile(), dedent(source.text.slice(from, to))), replaces: null };
    case "generator":
      return generatorFix(from, source);
    case "module":
      return {
        text: commented(texts.importInside(), source.lines(source.lineAt(from), source.lineAt(from))),
        replaces: null,
      };
    default:
      return openLateFix(from, to, source);
  }
}

function capturedBy(
  node: LambdaNode,
  scope: { readonly kind: string; readonly variables: ReadonlyMap<string, unknown>; readonly parent: unknown },
): string[] {
  const own = new Set(node.parameters.map(({ name }) => name));
  return [...namesIn(node.body)].filter(
    (name) => !own.has(name) && scope.kind === "function" && scope.variables.has(name),
  );
}

/** A named function at module level, bound to what the lambda takes from around it by functools.partial. */
function lambdaFix(node: LambdaNode, captured: readonly string[], source: Source): Fix {
  const before = source
    .lines(source.lineAt(node.from), source.lineAt(node.from))
    .slice(0, source.columnAt(node.from) - 1);
  const caller = /(\w+)\($/.exec(before)?.[1];
  const name =
    /(\w+)\s{0,20}=\s{0,20}$/.exec(before)?.[1] ?? (caller ? `${caller.toLowerCase()}_function` : "transform");
  const head = source.text.slice(node.from, node.body.from);
  const parameters = head.slice("lambda".length, head.lastIndexOf(":")).trim();
  const all = [...captured, ...(parameters === "" ? [] : [parameters])].join(", ");
  const body = source.text.slice(node.body.from, node.body.to);
  const needsName = node.parameters.some((parameter) => parameter.name === name) || captured.includes(name);
  const chosen = needsName ? `${name}_function` : name;
  const use = captured.length === 0 ? chosen : `functools.partial(${[chosen, ...captured].join(", ")})`;
  const { code } = replaced(node.from, node.to, use, source);
  const define = `${captured.length === 0 ? "" : "import functools\n\n"}def ${chosen}(${all}):\n    return ${body}`;
  return {
    text: commented(texts.moduleLevel(), define, { comment: texts.here(), code: dedent(code) }),
    replaces: null,
  };
}

function generatorFix(from: number, source: Source): Fix {
  const line = source.lineAt(from);
  const code = source.lines(line, line);
  const at = source.columnAt(from) - 1;
  if (code[at] !== "(")
    return { text: verbatim(`data = list(${/def (\w+)/.exec(code)?.[1] ?? "generator"}(…))`), replaces: null };
  const end = matching(code, at);
  // A generator that is the only argument stands in the parentheses of the call.
  const [open, close] = /\w$/.test(code.slice(0, at)) ? ["([", "])"] : ["[", "]"];
  const text = `${code.slice(0, at)}${open}${code.slice(at + 1, end)}${close}${code.slice(end + 1)}`;
  return { text: verbatim(text), replaces: end < code.length ? { first: line, last: line } : null };
}

function matching(code: string, from: number): number {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    if ("([{".includes(code[at] ?? " ")) depth++;
    else if (")]}".includes(code[at] ?? " ") && --depth === 0) return at;
  }
  return code.length;
}

/** Set to None where it was opened, and opened in the worker on first use. */
function openLateFix(from: number, to: number, source: Source): Fix {
  const line = source.lineAt(from);
  const before = source.lines(line, line).slice(0, source.columnAt(from) - 1);
  const name = /((?:\w+\.)?\w+)\s{0,20}=\s{0,20}$/.exec(before)?.[1] ?? "self.handle";
  const own = name.startsWith("self.");
  const { call: opened, kept } = own
    ? keptArguments(source.text.slice(from, to))
    : { call: source.text.slice(from, to), kept: [] };
  const indentation = /^\s*/.exec(before)?.[0] ?? "";
  const target = own ? name : "self.handle";
  const first = [...kept.map((each) => `self.${each} = ${each}`), `${target} = None`]
    .map((each) => indentation + each)
    .join("\n");
  const late = `${indentation}if ${target} is None:\n${indentation}    ${target} = ${opened}`;
  const say = (language: keyof Said): string => `${first}\n\n${indentation}${texts.inWorker()[language]}\n${late}`;
  return { text: { en: say("en"), zh: say("zh") }, replaces: null };
}

/** `open(path)` as `open(self.path)`: what the constructor was given is there no more when the worker opens it. */
function keptArguments(call: string): { readonly call: string; readonly kept: readonly string[] } {
  const [statement] = parsePython(call).body;
  const expression = statement?.type === "expression" ? statement.value : undefined;
  if (expression?.type !== "call") return { call, kept: [] };
  const names = expression.args.flatMap(({ value }) => (value.type === "name" ? [value] : []));
  let text = call;
  for (const { from, id } of names.toReversed())
    text = `${text.slice(0, from)}self.${id}${text.slice(from + id.length)}`;
  return { call: text, kept: [...new Set(names.map(({ id }) => id))] };
}

import type { Tree } from "@lezer/common";
import { parser } from "@lezer/python";
import { closeGaps } from "./gaps.ts";
import { Reader } from "./reader.ts";
import { readStatements } from "./statements.ts";
import type { ScriptTree } from "./tree.ts";

/** Parses a Python text. Never fails: what cannot be parsed is named by its offset, and the rest is read. */
export function parsePython(source: string): ScriptTree {
  const code = closeGaps(source);
  let tree = treeOf(code);
  let unreadable = tree ? errorsOf(tree) : [0];
  if (tree && unreadable.length > 0) {
    // The parser's stack grows with each blank or comment line at module level and is cut after some hundreds of them,
    // in the middle of a statement (@lezer/python 1.1.19).
    const plain = treeOf(withoutEmptyLines(code, tree));
    if (plain) {
      tree = plain;
      unreadable = errorsOf(plain);
    }
  }
  return { body: tree ? readStatements(tree.topNode, new Reader(source)) : [], unreadable };
}

function errorsOf(tree: Tree): number[] {
  const errors: number[] = [];
  tree.iterate({
    enter(node) {
      if (node.type.isError && !accepted(node.node.parent?.name, node.from, node.to)) errors.push(node.from);
    },
  });
  return errors;
}

/** Comments and line ends before empty lines as blanks, except in strings; offsets stay. */
function withoutEmptyLines(code: string, tree: Tree): string {
  const parts: string[] = [];
  let done = 0;
  const strings: { readonly from: number; readonly to: number }[] = [];
  tree.iterate({
    enter({ name, from, to }) {
      if (name === "String" || name === "FormatString") strings.push({ from, to });
      if (name !== "Comment") return;
      parts.push(code.slice(done, from), " ".repeat(to - from));
      done = to;
    },
  });
  let next = 0;
  return (parts.join("") + code.slice(done)).replace(/\n(?=[ \t\r]*\n)/g, (end, at: number) => {
    while ((strings[next]?.to ?? Number.POSITIVE_INFINITY) <= at) next++;
    return at >= (strings[next]?.from ?? Number.POSITIVE_INFINITY) ? end : " ";
  });
}

/** The parser recurses for each open bracket: Python allows 200 of them, a stack some thousands. */
function treeOf(source: string): Tree | undefined {
  try {
    return parser.parse(source);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A yield without a value, which the grammar marks as an error. */
function accepted(parent: string | undefined, from: number, to: number): boolean {
  return from === to && (parent === "YieldStatement" || parent === "YieldExpression");
}

import type { Tree } from "@lezer/common";
import { parser } from "@lezer/python";
import { Reader } from "./reader.ts";
import { readStatements } from "./statements.ts";
import type { ScriptTree } from "./tree.ts";

/** Parses a Python text. Never fails: what cannot be parsed is named by its offset, and the rest is read. */
export function parsePython(source: string): ScriptTree {
  const tree = treeOf(source);
  if (!tree) return { body: [], unreadable: [0] };
  const unreadable: number[] = [];
  tree.iterate({
    enter(node) {
      if (!node.type.isError || accepted(node.node.parent?.name, node.from, node.to, source)) return;
      unreadable.push(node.from);
    },
  });
  return { body: readStatements(tree.topNode, new Reader(source)), unreadable };
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

/** Valid Python that the grammar marks as an error: a yield without a value, parentheses around the items of `with`. */
function accepted(parent: string | undefined, from: number, to: number, source: string): boolean {
  if (parent === "YieldStatement" || parent === "YieldExpression") return from === to;
  if (parent === "WithStatement") return /^[,\s]*\)?$/.test(source.slice(from, to).slice(0, 200));
  return parent === "ParenthesizedExpression" && from === to && /^\s{0,200}as\b/.test(source.slice(from, from + 210));
}

import type { SyntaxNode } from "@lezer/common";

/** Deeper nesting than people write; bounds the recursion of everything that walks the tree. */
const maxDepth = 200;

/** A text with the parser's tree of it, and how deep the reading has gone. */
export class Reader {
  private depth = 0;

  constructor(readonly source: string) {}

  text(node: SyntaxNode): string {
    return this.source.slice(node.from, node.to);
  }

  /** Children without comments and error nodes, up to a number of them. */
  children(node: SyntaxNode, limit = Number.POSITIVE_INFINITY): SyntaxNode[] {
    const found: SyntaxNode[] = [];
    for (let child = node.firstChild; child && found.length < limit; child = child.nextSibling) {
      if (!child.type.isError && child.name !== "Comment") found.push(child);
    }
    return found;
  }

  /** Reads one level deeper; undefined where that is too deep. */
  nested<T>(read: () => T): T | undefined {
    if (this.depth >= maxDepth) return undefined;
    this.depth++;
    const result = read();
    this.depth--;
    return result;
  }
}

const values = new Set([
  "VariableName",
  "Number",
  "Boolean",
  "None",
  "String",
  "ContinuedString",
  "FormatString",
  "Ellipsis",
]);

export function isExpression(node: SyntaxNode): boolean {
  return values.has(node.name) || node.name.endsWith("Expression");
}

/** Groups what stands between commas, without the brackets around all of it. */
export function split(parts: readonly SyntaxNode[]): SyntaxNode[][] {
  const groups: SyntaxNode[][] = [[]];
  for (const part of parts) {
    if (part.name === ",") groups.push([]);
    else if (!brackets.has(part.name)) groups.at(-1)?.push(part);
  }
  return groups;
}

const brackets = new Set(["(", ")", "[", "]", "{", "}"]);

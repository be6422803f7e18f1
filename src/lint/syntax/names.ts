import type { Expression } from "./tree.ts";

/** All names that an expression reads, including those of lambdas and comprehensions in it. */
export function namesIn(expression: Expression): ReadonlySet<string> {
  const names = new Set<string>();
  const open: unknown[] = [expression];
  while (open.length > 0) {
    const part = open.pop();
    if (Array.isArray(part)) open.push(...part);
    else if (typeof part === "object" && part !== null) {
      if ("type" in part && part.type === "name" && "id" in part) names.add(String(part.id));
      open.push(...Object.values(part));
    }
  }
  return names;
}

import { type AST, parseTOML } from "toml-eslint-parser";

/** A place in a TOML text; line and column are 1-based. */
export interface TomlPlace {
  readonly line: number;
  readonly column: number;
}

type Path = readonly (string | number)[];

/**
 * Where in the text the value at `path` stands, or the key itself with `of: "key"`; the table that should hold it where
 * it is not there. The text must be TOML.
 */
export function placeIn(text: string, path: Path, of: "key" | "value" = "value"): TomlPlace {
  const places = new Map<string, Record<"key" | "value", AST.TOMLNode>>();
  for (const node of nodesOf(text)) visit(node, [], places);
  for (let length = path.length; length > 0; length--) {
    const found = places.get(JSON.stringify(path.slice(0, length)));
    if (found) return placeOf(found[length === path.length ? of : "key"]);
  }
  return { line: 1, column: 1 };
}

/** The parser that knows places takes a few texts for wrong that the other one reads; then no place is known. */
function nodesOf(text: string): readonly (AST.TOMLTable | AST.TOMLKeyValue)[] {
  try {
    return parseTOML(text.replace(/^\ufeff/, "")).body[0].body;
  } catch {
    return [];
  }
}

type Places = Map<string, Record<"key" | "value", AST.TOMLNode>>;

function visit(node: AST.TOMLTable | AST.TOMLKeyValue, above: Path, places: Places): void {
  if (node.type === "TOMLTable") {
    note(places, node.resolvedKey, node, node);
    for (const each of node.body) visit(each, node.resolvedKey, places);
    return;
  }
  const path = [...above, ...node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value))];
  note(places, path, node.key, node.value);
  visitValue(node.value, path, places);
}

function visitValue(value: AST.TOMLContentNode, path: Path, places: Places): void {
  if (value.type === "TOMLInlineTable") for (const each of value.body) visit(each, path, places);
  if (value.type !== "TOMLArray") return;
  for (const [index, element] of value.elements.entries()) {
    note(places, [...path, index], element, element);
    visitValue(element, [...path, index], places);
  }
}

function note(places: Places, path: Path, key: AST.TOMLNode, value: AST.TOMLNode): void {
  places.set(JSON.stringify(path), { key, value });
}

function placeOf({ loc }: AST.TOMLNode): TomlPlace {
  return { line: loc.start.line, column: loc.start.column + 1 };
}

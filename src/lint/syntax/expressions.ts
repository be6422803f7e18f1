import type { SyntaxNode } from "@lezer/common";
import { isExpression, type Reader, split } from "./reader.ts";
import { stringValue } from "./strings.ts";
import type { Argument, Clause, Expression, Literal, Parameter } from "./tree.ts";

type Place = Pick<Expression, "from" | "to">;

/** A table written out in the script is read up to here. */
const maxParts = 4000;

/** Reads one expression of the concrete syntax; nesting beyond what people write becomes `other`. */
export function readExpression(node: SyntaxNode, reader: Reader): Expression {
  const place = { from: node.from, to: node.to };
  return reader.nested(() => readKnown(node, place, reader)) ?? { ...place, type: "other", parts: [] };
}

function readKnown(node: SyntaxNode, place: Place, reader: Reader): Expression {
  const read = (of: SyntaxNode): Expression => readExpression(of, reader);
  const parts = reader.children(node, maxParts);
  const operands = parts.filter(isExpression);
  const [first, second, third] = operands;
  const other = (): Expression => ({ ...place, type: "other", parts: operands.map(read) });
  const literal = (value: Literal): Expression => ({ ...place, type: "literal", value });

  switch (node.name) {
    case "VariableName":
      return { ...place, type: "name", id: reader.text(node) };
    case "Number":
      return literal(numberValue(reader.text(node)));
    case "Boolean":
      return literal(reader.text(node) === "True");
    case "None":
      return literal(null);
    case "String":
    case "ContinuedString": {
      const value = stringValue(node, reader);
      return value === undefined ? other() : literal(value);
    }
    case "FormatString":
      return { ...place, type: "other", parts: replacements(node, reader).map(read) };
    case "ParenthesizedExpression":
      return first ? read(first) : other();
    case "MemberExpression":
      return readMember(node, place, reader);
    case "CallExpression": {
      const list = parts.find((part) => part.name === "ArgList");
      if (!first || !list) return other();
      return { ...place, type: "call", callee: read(first), args: readArguments(list, reader) };
    }
    case "TupleExpression":
    case "ArrayExpression":
    case "SetExpression":
      return {
        ...place,
        type: "sequence",
        form: sequenceForms[node.name] ?? "list",
        items: readAll(parts, place, reader),
      };
    case "DictionaryExpression":
      return { ...place, type: "dict", entries: readEntries(parts, reader) };
    case "ArrayComprehensionExpression":
    case "SetComprehensionExpression":
    case "DictionaryComprehensionExpression":
    case "ComprehensionExpression":
      return readComprehension(parts, place, comprehensionForms[node.name] ?? "generator", reader) ?? other();
    case "LambdaExpression": {
      const list = parts.find((part) => part.name === "ParamList");
      const body = operands.at(-1);
      if (!body) return other();
      return { ...place, type: "lambda", parameters: list ? readParameters(list, reader) : [], body: read(body) };
    }
    case "ConditionalExpression":
      if (!first || !second || !third) return other();
      return { ...place, type: "conditional", chosen: read(first), test: read(second), otherwise: read(third) };
    case "BinaryExpression": {
      if (!first || !second) return other();
      const operator = reader.source
        .slice(first.to, second.from)
        .replace(/[\s\\]+/g, " ")
        .trim();
      const [left, right] = [read(first), read(second)];
      if (operator === "and" || operator === "or") return { ...place, type: "logical", operator, left, right };
      return { ...place, type: "binary", operator, left, right };
    }
    case "UnaryExpression": {
      if (!first) return other();
      return {
        ...place,
        type: "unary",
        operator: reader.source.slice(node.from, first.from).trim(),
        operand: read(first),
      };
    }
    case "AwaitExpression":
      return first ? { ...place, type: "await", value: read(first) } : other();
    case "YieldExpression":
    case "YieldStatement": {
      const delegated = parts.some((part) => part.name === "from");
      const value = operands.length > 1 ? other() : first ? read(first) : null;
      return { ...place, type: "yield", delegated, value };
    }
    case "NamedExpression":
      return first && second ? { ...place, type: "assigned", target: read(first), value: read(second) } : other();
    default:
      return other();
  }
}

const sequenceForms: Readonly<Record<string, "list" | "tuple" | "set">> = {
  TupleExpression: "tuple",
  ArrayExpression: "list",
  SetExpression: "set",
};

const comprehensionForms: Readonly<Record<string, "list" | "set" | "dict" | "generator">> = {
  ArrayComprehensionExpression: "list",
  SetComprehensionExpression: "set",
  DictionaryComprehensionExpression: "dict",
};

function numberValue(text: string): number {
  const plain = text.replaceAll("_", "").replace(/^0[oO]/, "0o");
  return Number(plain);
}

function readMember(node: SyntaxNode, place: Place, reader: Reader): Expression {
  const parts = reader.children(node);
  const [object] = parts;
  const property = parts.find((part) => part.name === "PropertyName");
  if (!object || !isExpression(object)) return { ...place, type: "other", parts: [] };
  const of = readExpression(object, reader);
  if (property) return { ...place, type: "attribute", object: of, name: reader.text(property) };
  const index = parts.slice(1).filter(isExpression);
  if (parts.some((part) => part.name === ":")) {
    return { ...place, type: "other", parts: [of, ...index.map((part) => readExpression(part, reader))] };
  }
  return { ...place, type: "subscript", object: of, index: index.map((part) => readExpression(part, reader)) };
}

/** The items of a sequence; those beyond the limit stand for themselves as one `*rest`. */
function readAll(parts: readonly SyntaxNode[], place: Place, reader: Reader): Expression[] {
  const items = readItems(parts, reader);
  if (parts.length < maxParts) return items;
  return [...items, { ...place, type: "star", value: { ...place, type: "other", parts: [] } }];
}

/** Items between commas, with `*` kept. */
export function readItems(parts: readonly SyntaxNode[], reader: Reader): Expression[] {
  return split(parts).flatMap((group): Expression[] => {
    const value = group.find(isExpression);
    if (!value) return [];
    const read = readExpression(value, reader);
    return group.some((part) => part.name === "*") ? [{ ...read, type: "star", value: read }] : [read];
  });
}

export function readArguments(list: SyntaxNode, reader: Reader): Argument[] {
  const parts = reader.children(list, maxParts);
  const inner = readComprehension(parts, { from: list.from, to: list.to }, "generator", reader);
  if (inner) return [{ kind: "positional", name: "", value: inner }];
  return split(parts).flatMap((group): Argument[] => {
    const values = group.filter(isExpression);
    const [first, second] = values;
    if (!first) return [];
    if (second && group.some((part) => part.name === "AssignOp")) {
      return [{ kind: "keyword", name: reader.text(first), value: readExpression(second, reader) }];
    }
    const kind = group.some((part) => part.name === "**")
      ? "doubleStar"
      : group.some((part) => part.name === "*")
        ? "star"
        : "positional";
    return [{ kind, name: "", value: readExpression(first, reader) }];
  });
}

function readEntries(
  parts: readonly SyntaxNode[],
  reader: Reader,
): { readonly key: Expression | null; readonly value: Expression }[] {
  return split(parts).flatMap((group): { readonly key: Expression | null; readonly value: Expression }[] => {
    const [first, second] = group.filter(isExpression);
    if (first && second) return [{ key: readExpression(first, reader), value: readExpression(second, reader) }];
    return first ? [{ key: null, value: readExpression(first, reader) }] : [];
  });
}

function readComprehension(
  parts: readonly SyntaxNode[],
  place: Place,
  form: "list" | "set" | "dict" | "generator",
  reader: Reader,
): Expression | undefined {
  const start = parts.findIndex((part) => part.name === "for");
  if (start < 0) return undefined;
  const head = parts.slice(0, start).filter(isExpression);
  const element = head.at(-1);
  if (!element) return undefined;
  const key = head.length > 1 && head[0] ? readExpression(head[0], reader) : null;
  return {
    ...place,
    type: "comprehension",
    form,
    key,
    element: readExpression(element, reader),
    clauses: readClauses(parts.slice(start), reader),
  };
}

function readClauses(parts: readonly SyntaxNode[], reader: Reader): Clause[] {
  const clauses: {
    target: SyntaxNode[];
    iterable: SyntaxNode[];
    conditions: SyntaxNode[];
    into: "target" | "iterable" | "conditions";
  }[] = [];
  for (const part of parts) {
    const open = clauses.at(-1);
    if (part.name === "for") clauses.push({ target: [], iterable: [], conditions: [], into: "target" });
    else if (!open) continue;
    else if (part.name === "in") open.into = "iterable";
    else if (part.name === "if") open.into = "conditions";
    else if (isExpression(part)) open[open.into].push(part);
  }
  return clauses.flatMap(({ target, iterable, conditions }) => {
    const [over] = iterable;
    if (!over || target.length === 0) return [];
    return [
      {
        target: readTarget(target, reader),
        iterable: readExpression(over, reader),
        conditions: conditions.map((part) => readExpression(part, reader)),
      },
    ];
  });
}

/** One target, or the tuple that several targets between commas make. */
export function readTarget(parts: readonly SyntaxNode[], reader: Reader): Expression {
  const items = readItems(parts, reader);
  const [first] = items;
  if (first && items.length === 1 && !parts.some((part) => part.name === ",")) return first;
  const [from, to] = [parts[0]?.from ?? 0, parts.at(-1)?.to ?? 0];
  return { from, to, type: "sequence", form: "tuple", items };
}

export function readParameters(list: SyntaxNode, reader: Reader): Parameter[] {
  let keywordOnly = false;
  return split(reader.children(list)).flatMap((group): Parameter[] => {
    const star = group.some((part) => part.name === "*");
    const doubleStar = group.some((part) => part.name === "**");
    const name = group.find((part) => part.name === "VariableName");
    if (star) keywordOnly = true;
    if (!name) return [];
    const assigned = group.findIndex((part) => part.name === "AssignOp");
    const fallback = assigned < 0 ? undefined : group.slice(assigned + 1).find(isExpression);
    const kind = star ? "star" : doubleStar ? "doubleStar" : keywordOnly ? "keywordOnly" : "positional";
    return [{ name: reader.text(name), kind, fallback: fallback ? readExpression(fallback, reader) : null }];
  });
}

/** The expressions inside the braces of an f-string. */
function replacements(node: SyntaxNode, reader: Reader): SyntaxNode[] {
  return reader
    .children(node)
    .filter((part) => part.name === "FormatReplacement")
    .flatMap((part) => reader.children(part).filter(isExpression));
}

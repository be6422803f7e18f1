import type { SyntaxNode } from "@lezer/common";
import { readArguments, readExpression, readItems, readParameters, readTarget } from "./expressions.ts";
import { readImport } from "./imports.ts";
import { isExpression, type Reader } from "./reader.ts";
import type { Expression, FunctionNode, Statement } from "./tree.ts";

type Place = Pick<Statement, "from" | "to">;

/** Reads the statements below a Script or Body; nesting beyond what people write is left out. */
export function readStatements(node: SyntaxNode, reader: Reader): Statement[] {
  return reader.nested(() => reader.children(node).flatMap((child) => readStatement(child, reader))) ?? [];
}

function readStatement(node: SyntaxNode, reader: Reader): Statement[] {
  const place = { from: node.from, to: node.to };
  const parts = reader.children(node);
  const values = parts.filter(isExpression);
  const read = (of: SyntaxNode): Expression => readExpression(of, reader);
  switch (node.name) {
    case "StatementGroup":
      return parts.flatMap((part) => readStatement(part, reader));
    case "ExpressionStatement":
      return values.length === 0 ? [] : [{ ...place, type: "expression", value: readTarget(parts, reader) }];
    case "YieldStatement":
      return [{ ...place, type: "expression", value: readExpression(node, reader) }];
    case "AssertStatement":
    case "PrintStatement":
      return values.map((value) => ({ ...place, type: "expression", value: read(value) }));
    case "AssignStatement":
      return [readAssignment(parts, place, reader)];
    case "UpdateStatement": {
      const [target, value] = values;
      const operator = parts.find((part) => part.name === "UpdateOp");
      if (!target || !value || !operator) return [];
      return [
        {
          ...place,
          type: "augment",
          target: read(target),
          operator: reader.text(operator).slice(0, -1),
          value: read(value),
        },
      ];
    }
    case "IfStatement":
      return [readIf(parts, place, reader)];
    case "WhileStatement": {
      const [test] = values;
      const [body, otherwise] = bodies(parts, reader);
      return test ? [{ ...place, type: "while", test: read(test), body: body ?? [], otherwise: otherwise ?? [] }] : [];
    }
    case "ForStatement":
      return readFor(parts, place, reader);
    case "WithStatement":
      return [{ ...place, type: "with", items: readWithItems(parts, reader), body: bodies(parts, reader)[0] ?? [] }];
    case "TryStatement":
      return [readTry(parts, place, reader)];
    case "DecoratedStatement":
      return readDecorated(parts, place, reader);
    case "FunctionDefinition":
      return [readFunction(parts, place, [], reader)];
    case "ClassDefinition":
      return [readClass(parts, place, [], reader)];
    case "ReturnStatement":
      return [{ ...place, type: "return", value: values.length === 0 ? null : readTarget(parts.slice(1), reader) }];
    case "RaiseStatement":
      return [{ ...place, type: "raise", values: values.map(read) }];
    case "BreakStatement":
      return [{ ...place, type: "break" }];
    case "ContinueStatement":
      return [{ ...place, type: "continue" }];
    case "ImportStatement":
      return [{ ...place, type: "import", names: readImport(parts, reader) }];
    case "ScopeStatement": {
      const kind = parts[0]?.name === "global" ? "global" : "nonlocal";
      return [{ ...place, type: "scope", kind, names: values.map((value) => reader.text(value)) }];
    }
    case "DeleteStatement":
      return [{ ...place, type: "delete", targets: readItems(parts, reader) }];
    case "MatchStatement":
      return readMatch(node, place, reader);
    default:
      return isExpression(node) ? [{ ...place, type: "expression", value: read(node) }] : [];
  }
}

function readAssignment(parts: readonly SyntaxNode[], place: Place, reader: Reader): Statement {
  const groups: SyntaxNode[][] = [[]];
  for (const part of parts) {
    if (part.name === "AssignOp") groups.push([]);
    else if (part.name !== "TypeDef") groups.at(-1)?.push(part);
  }
  const value = groups.length > 1 ? groups.pop() : undefined;
  return {
    ...place,
    type: "assign",
    targets: groups.filter((group) => group.some(isExpression)).map((group) => readTarget(group, reader)),
    value: value?.some(isExpression) ? readTarget(value, reader) : null,
  };
}

function bodies(parts: readonly SyntaxNode[], reader: Reader): Statement[][] {
  return parts.filter((part) => part.name === "Body").map((part) => readStatements(part, reader));
}

function readIf(parts: readonly SyntaxNode[], place: Place, reader: Reader): Statement {
  const branches: { test: Expression; body: readonly Statement[] }[] = [];
  let otherwise: readonly Statement[] = [];
  let test: Expression | undefined;
  for (const part of parts) {
    if (part.name === "else") test = undefined;
    else if (isExpression(part)) test = readExpression(part, reader);
    else if (part.name === "Body") {
      const body = readStatements(part, reader);
      if (test) branches.push({ test, body });
      else otherwise = body;
    }
  }
  return { ...place, type: "if", branches, otherwise };
}

function readFor(parts: readonly SyntaxNode[], place: Place, reader: Reader): Statement[] {
  const [inside, start] = [
    parts.findIndex((part) => part.name === "in"),
    parts.findIndex((part) => part.name === "for"),
  ];
  const end = parts.findIndex((part) => part.name === "Body");
  if (inside < 0 || end < 0) return [];
  const [target, iterable] = [parts.slice(start + 1, inside), parts.slice(inside + 1, end)];
  const [body, otherwise] = bodies(parts, reader);
  return [
    {
      ...place,
      type: "for",
      target: readTarget(target, reader),
      iterable: readTarget(iterable, reader),
      body: body ?? [],
      otherwise: otherwise ?? [],
    },
  ];
}

function readWithItems(
  parts: readonly SyntaxNode[],
  reader: Reader,
): { readonly context: Expression; readonly target: Expression | null }[] {
  const items: { context: Expression; target: Expression | null }[] = [];
  let named = false;
  for (const part of parts) {
    if (part.name === "as") named = true;
    if (!isExpression(part)) continue;
    const value = readExpression(part, reader);
    const last = items.at(-1);
    if (named && last) last.target = value;
    else items.push({ context: value, target: null });
    named = false;
  }
  return items;
}

function readTry(parts: readonly SyntaxNode[], place: Place, reader: Reader): Statement {
  const found = { body: [] as Statement[], otherwise: [] as Statement[], last: [] as Statement[] };
  const handlers: { name: string | null; body: readonly Statement[] }[] = [];
  let clause = "try";
  let name: string | null = null;
  for (const [i, part] of parts.entries()) {
    if (["try", "except", "else", "finally"].includes(part.name)) {
      clause = part.name;
      name = null;
    } else if (part.name === "VariableName" && parts[i - 1]?.name === "as") name = reader.text(part);
    else if (part.name === "Body") {
      const body = readStatements(part, reader);
      if (clause === "except") handlers.push({ name, body });
      else found[clause === "try" ? "body" : clause === "else" ? "otherwise" : "last"] = body;
    }
  }
  return { ...place, type: "try", handlers, ...found };
}

function readDecorated(parts: readonly SyntaxNode[], place: Place, reader: Reader): Statement[] {
  const decorators = parts.filter((part) => part.name === "Decorator").map((part) => readDecorator(part, reader));
  const definition = parts.find((part) => part.name === "FunctionDefinition" || part.name === "ClassDefinition");
  if (!definition) return [];
  const inner = reader.children(definition);
  return definition.name === "ClassDefinition"
    ? [readClass(inner, place, decorators, reader)]
    : [readFunction(inner, place, decorators, reader)];
}

/** `@a.b(c)`: the parser gives the names and the arguments in a row. */
function readDecorator(node: SyntaxNode, reader: Reader): Expression {
  const parts = reader.children(node);
  const place = { from: node.from, to: node.to };
  let expression: Expression | undefined;
  for (const part of parts) {
    if (part.name === "ArgList" && expression) {
      expression = { ...place, type: "call", callee: expression, args: readArguments(part, reader) };
    } else if (expression && (part.name === "VariableName" || part.name === "PropertyName")) {
      expression = { ...place, type: "attribute", object: expression, name: reader.text(part) };
    } else if (isExpression(part)) expression = readExpression(part, reader);
  }
  return expression ?? { ...place, type: "other", parts: [] };
}

function readFunction(
  parts: readonly SyntaxNode[],
  place: Place,
  decorators: readonly Expression[],
  reader: Reader,
): FunctionNode {
  const list = parts.find((part) => part.name === "ParamList");
  const name = parts.find((part) => part.name === "VariableName");
  const block = parts.find((part) => part.name === "Body");
  return {
    ...place,
    type: "function",
    name: name ? reader.text(name) : "",
    parameters: list ? readParameters(list, reader) : [],
    body: block ? readStatements(block, reader) : [],
    decorators,
    asynchronous: parts.some((part) => part.name === "async"),
    generator: block ? yields(block) : false,
  };
}

/** A yield that belongs to this body and not to a function, class or lambda within it. */
function yields(body: SyntaxNode): boolean {
  let found = false;
  body.cursor().iterate((node) => {
    if (
      found ||
      node.name === "FunctionDefinition" ||
      node.name === "ClassDefinition" ||
      node.name === "LambdaExpression"
    ) {
      return false;
    }
    if (node.name === "YieldStatement" || node.name === "YieldExpression") found = true;
    return !found;
  });
  return found;
}

function readClass(
  parts: readonly SyntaxNode[],
  place: Place,
  decorators: readonly Expression[],
  reader: Reader,
): Statement {
  const name = parts.find((part) => part.name === "VariableName");
  const list = parts.find((part) => part.name === "ArgList");
  return {
    ...place,
    type: "class",
    name: name ? reader.text(name) : "",
    args: list ? readArguments(list, reader) : [],
    body: bodies(parts, reader)[0] ?? [],
    decorators,
  };
}

function readMatch(node: SyntaxNode, place: Place, reader: Reader): Statement[] {
  const parts = reader.children(node);
  const subject = parts.find(isExpression);
  const block = parts.find((part) => part.name === "MatchBody");
  if (!subject || !block) return [];
  const cases = reader
    .children(block)
    .filter((part) => part.name === "MatchClause")
    .map((clause) => ({ captures: captures(clause, reader), body: bodies(reader.children(clause), reader)[0] ?? [] }));
  return [{ ...place, type: "match", subject: readExpression(subject, reader), cases }];
}

function captures(clause: SyntaxNode, reader: Reader): string[] {
  const names: string[] = [];
  clause.cursor().iterate((node) => {
    if (node.name === "Body") return false;
    if (node.name === "CapturePattern") names.push(reader.source.slice(node.from, node.to));
    return true;
  });
  return names;
}

/**
 * The part of Python's abstract syntax that decides what a script starts. `from` and `to` are offsets into the text
 * (0-based, half open).
 */
interface Place {
  readonly from: number;
  readonly to: number;
}

export type Literal = string | number | boolean | null;

export interface Argument {
  readonly kind: "positional" | "keyword" | "star" | "doubleStar";
  /** Empty unless the argument is a keyword. */
  readonly name: string;
  readonly value: Expression;
}

export interface Clause {
  readonly target: Expression;
  readonly iterable: Expression;
  readonly conditions: readonly Expression[];
}

export interface Parameter {
  readonly name: string;
  readonly kind: "positional" | "keywordOnly" | "star" | "doubleStar";
  readonly fallback: Expression | null;
}

export interface LambdaNode extends Place {
  readonly type: "lambda";
  readonly parameters: readonly Parameter[];
  readonly body: Expression;
}

export type Expression = Place &
  (
    | { readonly type: "name"; readonly id: string }
    | { readonly type: "literal"; readonly value: Literal }
    | { readonly type: "attribute"; readonly object: Expression; readonly name: string }
    | { readonly type: "subscript"; readonly object: Expression; readonly index: readonly Expression[] }
    | { readonly type: "call"; readonly callee: Expression; readonly args: readonly Argument[] }
    | { readonly type: "sequence"; readonly form: "list" | "tuple" | "set"; readonly items: readonly Expression[] }
    | {
        readonly type: "dict";
        readonly entries: readonly { readonly key: Expression | null; readonly value: Expression }[];
      }
    | {
        readonly type: "comprehension";
        readonly form: "list" | "set" | "dict" | "generator";
        readonly key: Expression | null;
        readonly element: Expression;
        readonly clauses: readonly Clause[];
      }
    | LambdaNode
    | {
        readonly type: "conditional";
        readonly test: Expression;
        readonly chosen: Expression;
        readonly otherwise: Expression;
      }
    | {
        readonly type: "logical";
        readonly operator: "and" | "or";
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly type: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly type: "unary"; readonly operator: string; readonly operand: Expression }
    | { readonly type: "await"; readonly value: Expression }
    | { readonly type: "yield"; readonly delegated: boolean; readonly value: Expression | null }
    | { readonly type: "assigned"; readonly target: Expression; readonly value: Expression }
    | { readonly type: "star"; readonly value: Expression }
    /** Evaluated for what its parts start; its own value is not followed. */
    | { readonly type: "other"; readonly parts: readonly Expression[] }
  );

export interface FunctionNode extends Place {
  readonly type: "function";
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
  readonly asynchronous: boolean;
  /** Its body has a yield of its own. */
  readonly generator: boolean;
}

export interface ClassNode extends Place {
  readonly type: "class";
  readonly name: string;
  readonly args: readonly Argument[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
}

export type Statement = Place &
  (
    | { readonly type: "expression"; readonly value: Expression }
    | { readonly type: "assign"; readonly targets: readonly Expression[]; readonly value: Expression | null }
    | { readonly type: "augment"; readonly target: Expression; readonly operator: string; readonly value: Expression }
    | {
        readonly type: "if";
        readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
        readonly otherwise: readonly Statement[];
      }
    | {
        readonly type: "while";
        readonly test: Expression;
        readonly body: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    | {
        readonly type: "for";
        readonly target: Expression;
        readonly iterable: Expression;
        readonly body: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    | {
        readonly type: "with";
        readonly items: readonly { readonly context: Expression; readonly target: Expression | null }[];
        readonly body: readonly Statement[];
      }
    | {
        readonly type: "try";
        readonly body: readonly Statement[];
        readonly handlers: readonly { readonly name: string | null; readonly body: readonly Statement[] }[];
        readonly otherwise: readonly Statement[];
        readonly last: readonly Statement[];
      }
    | FunctionNode
    | ClassNode
    | { readonly type: "return"; readonly value: Expression | null }
    | { readonly type: "raise"; readonly values: readonly Expression[] }
    | { readonly type: "break" }
    | { readonly type: "continue" }
    | { readonly type: "import"; readonly names: readonly ImportedName[] }
    | { readonly type: "scope"; readonly kind: "global" | "nonlocal"; readonly names: readonly string[] }
    | { readonly type: "delete"; readonly targets: readonly Expression[] }
    | {
        readonly type: "match";
        readonly subject: Expression;
        readonly cases: readonly { readonly captures: readonly string[]; readonly body: readonly Statement[] }[];
      }
  );

export interface ImportedName {
  /** Dotted path of what is imported, e.g. `torch.utils.data.DataLoader`; a relative import begins with a dot. */
  readonly path: string;
  /** The name it is bound to. */
  readonly name: string;
  /** A whole module by `import x`, not a name out of one. */
  readonly module: boolean;
}

export interface ScriptTree {
  readonly body: readonly Statement[];
  /** Offsets at which the parser could not go on, ascending. */
  readonly unreadable: readonly number[];
}

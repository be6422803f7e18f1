import type { Expression, Statement } from "../syntax/tree.ts";
import { absent, type FunctionValue, type Scope, union, type Value, type Variables } from "./values.ts";

export type StartMethod = "spawn" | "forkserver" | "fork";

export interface Place {
  readonly from: number;
  readonly to: number;
}

/** A call, loop or expression that starts worker processes. */
export interface Start extends Place {
  readonly kind: "loader" | "process" | "pool" | "manager" | "trainer" | "method";
  readonly method: StartMethod;
  /** `unknown`: whether it starts any worker cannot be told. */
  readonly certainty: "sure" | "maybe" | "unknown";
  /** What runs at module level when it starts: the start itself or the call that leads to it. */
  readonly module: Place;
  /** The statement of the module that holds `module`. */
  readonly statement: Statement | null;
  /** As it stands in the text. */
  readonly what: string;
}

export interface Finding extends Place {
  readonly kind: "unpicklable" | "cuda-in-worker" | "respawn" | "cannot-tell";
  /** What it is about, a key of the texts or a piece of the script. */
  readonly detail: string;
  /** Where the workers start. */
  readonly start: Place;
  readonly severity: "fail" | "warn";
  readonly value?: Value;
}

export interface Loop {
  /** May run more than once. */
  readonly repeats: boolean;
  /** Its target or condition speaks of epochs. */
  readonly epochs: boolean;
  readonly place: Place;
}

export interface Frame {
  readonly function: FunctionValue;
  readonly scope: Scope;
  readonly returns: Value[];
  readonly yields: Value[];
}

/** How a block ended. `stop`: by raise or exit. */
export type Completion = "normal" | "return" | "break" | "continue" | "stop";

interface Undo {
  readonly map: Variables;
  readonly key: string;
  readonly before: Value | undefined;
}

/** Work of one reading of the script: bounds the time for code in which functions call each other many times. */
const stepsPerCharacter = 3;
const freeSteps = 300_000;

/**
 * The state of one symbolic run of a script: as the main program (`role: "main"`), or as a worker that imports it
 * (`role: "import"`).
 */
export class Run {
  readonly starts: Start[] = [];
  readonly findings: Finding[] = [];
  readonly frames: Frame[] = [];
  readonly loops: Loop[] = [];
  /** Loops that were active when a value was made. */
  readonly madeIn = new WeakMap<Value, readonly Loop[]>();
  /** Functions that a decorator hands to an object, such as `@app.command()`. */
  readonly registered = new WeakMap<object, FunctionValue[]>();
  /** Functions and classes that an import of the script defines at module level. */
  readonly defined = new Set<object>();
  /** What has run already and need not run again: generators, simulated workers. */
  readonly done = new WeakSet<object>();
  readonly module: Scope = { variables: new Map(), parent: null, kind: "module", elsewhere: new Map() };
  private readonly trail: Undo[] = [];
  private branches = 0;
  private steps: number;
  depth = 0;
  statement: Statement | null = null;
  modulePlace: Place | null = null;
  /** Where CUDA was first used in this process. */
  cuda: Place | null = null;
  /** The process that runs: null is the main one. */
  child: {
    readonly start: Place;
    readonly loader: boolean;
    readonly method: StartMethod;
    readonly parentCuda: Place | null;
  } | null = null;
  /** Within a branch that depends on the operating system. */
  systemBranches = 0;
  /** Within a function of which it is not known whether it is called. */
  guesses = 0;
  methodWasSet = false;
  exhausted = false;
  /** The statements of the module. */
  topLevel: readonly Statement[] = [];

  constructor(
    readonly source: string,
    readonly role: "main" | "import",
    public method: StartMethod,
    /** For the main run: what an import of the script defines; null where that is not known. */
    readonly importable: ReadonlySet<object> | null,
  ) {
    this.steps = freeSteps + stepsPerCharacter * source.length;
  }

  /** Counts one step; false when there is no work left to spend on following calls. */
  step(): boolean {
    if (this.steps-- > 0) return true;
    this.exhausted = true;
    return false;
  }

  text(place: Place): string {
    return this.source.slice(place.from, place.to);
  }

  write(map: Variables, key: string, value: Value): void {
    if (this.branches > 0) this.trail.push({ map, key, before: map.get(key) });
    map.set(key, value);
  }

  /** Runs alternatives of which one happens, each from the same state, and joins what they leave behind. */
  alternatives(bodies: readonly (() => Completion)[]): Completion {
    const outcomes: { readonly completion: Completion; readonly changes: Changes }[] = [];
    for (const body of bodies) {
      const { result, changes } = this.apart(body);
      outcomes.push({ completion: result, changes });
    }
    const going = outcomes.filter(({ completion }) => completion === "normal");
    this.join((going.length > 0 ? going : outcomes).map(({ changes }) => changes));
    return going.length > 0 ? "normal" : (outcomes[0]?.completion ?? "normal");
  }

  /** Runs something and undoes all that it wrote, such as what happens in another process. */
  apart<T>(body: () => T): { readonly result: T; readonly changes: Changes } {
    const mark = this.trail.length;
    this.branches++;
    const result = body();
    this.branches--;
    const changes: Changes = new Map();
    while (this.trail.length > mark) {
      const undo = this.trail.pop();
      if (!undo) break;
      const { map, key, before } = undo;
      let keys = changes.get(map);
      if (!keys) {
        keys = new Map();
        changes.set(map, keys);
      }
      if (!keys.has(key)) keys.set(key, map.get(key));
      if (before === undefined) map.delete(key);
      else map.set(key, before);
    }
    return { result, changes };
  }

  private join(all: readonly Changes[]): void {
    const touched: Changes = new Map();
    for (const changes of all) {
      for (const [map, keys] of changes) {
        const seen = touched.get(map) ?? new Map<string, Value | undefined>();
        touched.set(map, seen);
        for (const key of keys.keys()) seen.set(key, undefined);
      }
    }
    for (const [map, keys] of touched) {
      for (const key of keys.keys()) {
        const before = map.get(key) ?? absent;
        const values = all.map((changes) => {
          const own = changes.get(map);
          return own?.has(key) ? (own.get(key) ?? absent) : before;
        });
        this.write(map, key, union(values));
      }
    }
  }

  /** Notes a start of workers at a place, with what leads to it at module level. */
  start(start: Omit<Start, "module" | "statement" | "method"> & { readonly method?: StartMethod }): void {
    const module = this.frames.length > 0 && this.modulePlace ? this.modulePlace : { from: start.from, to: start.to };
    const certainty = start.certainty === "sure" && this.systemBranches > 0 ? "maybe" : start.certainty;
    this.starts.push({
      ...start,
      certainty: this.guesses > 0 ? "unknown" : certainty,
      method: start.method ?? this.method,
      module,
      statement: this.statement,
    });
  }

  find(finding: Finding): void {
    if (this.guesses === 0) this.findings.push(finding);
  }

  where(expression: Expression): Place {
    return { from: expression.from, to: expression.to };
  }
}

type Changes = Map<Variables, Map<string, Value | undefined>>;

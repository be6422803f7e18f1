import { method } from "../run/call.ts";
import type { Place, Run } from "../run/run.ts";
import { type ClassValue, type FunctionValue, handed, type MadeValue, type Value } from "../run/values.ts";

export type UnpicklableKind =
  | "lambda"
  | "function"
  | "class"
  | "guarded"
  | "file"
  | "lock"
  | "generator"
  | "connection"
  | "module";

interface Unpicklable extends Place {
  readonly kind: UnpicklableKind;
  readonly value: Value;
}

/** What calls give that pickle refuses: https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled */
const refused: readonly { readonly path: RegExp; readonly kind: UnpicklableKind }[] = [
  { path: /^(builtins|io|codecs|gzip|bz2|lzma)\.open$|^(gzip\.GzipFile|bz2\.BZ2File|lzma\.LZMAFile)$/, kind: "file" },
  {
    path: /^(zipfile\.ZipFile|tarfile\.open|tarfile\.TarFile|h5py\.File|lmdb\.open|lmdb\.Environment|cv2\.VideoCapture|mmap\.mmap)$/,
    kind: "file",
  },
  { path: /^tempfile\.(NamedTemporaryFile|TemporaryFile|SpooledTemporaryFile)$/, kind: "file" },
  { path: /^(csv\.(reader|writer)|pathlib\.Path\(\)\.open)$/, kind: "file" },
  {
    path: /^threading\.(Lock|RLock|Condition|Semaphore|BoundedSemaphore|Event|Barrier|local|Thread|Timer)$/,
    kind: "lock",
  },
  {
    path: /^(queue\.(Queue|SimpleQueue|LifoQueue|PriorityQueue)|concurrent\.futures\.(thread\.)?ThreadPoolExecutor|subprocess\.Popen)$/,
    kind: "lock",
  },
  {
    path: /^(sqlite3\.connect(\(\)\.cursor)?|socket\.(socket|create_connection)|psycopg2\.connect|pymysql\.connect)$/,
    kind: "connection",
  },
];

/** Libraries whose objects are known to keep what their constructor is given. */
const keepers =
  /^(torch|torchvision|torchaudio|torch_geometric|torchtext|albumentations|monai|kornia|collections|functools|types)(\.|$)/;
const keptByFunctions = /^(functools\.partial|torch\.utils\.data\.random_split)$/;

const maxFindings = 20;

/** Walks through what a worker is sent and reports all that spawn and forkserver cannot send. */
export function reportUnpicklable(values: readonly Value[], start: Place, run: Run): void {
  if (run.role === "import") return;
  for (const { kind, value, from, to } of unpicklable(values, run)) {
    run.find({ kind: "unpicklable", detail: kind, from, to, start, severity: "fail", value });
  }
}

function unpicklable(values: readonly Value[], run: Run): Unpicklable[] {
  const found: Unpicklable[] = [];
  const seen = new Set<Value>();
  const open = [...values];
  while (open.length > 0 && found.length < maxFindings) {
    const value = open.pop();
    if (!value || seen.has(value) || !run.step()) continue;
    seen.add(value);
    const fault = faultOf(value, run);
    if (fault) found.push({ ...fault, value });
    else open.push(...heldBy(value, run));
  }
  return found;
}

function faultOf(value: Value, run: Run): (Place & { readonly kind: UnpicklableKind }) | undefined {
  switch (value.kind) {
    case "function":
      return byName(value, value.node.type === "lambda" ? "lambda" : "function", run);
    case "class":
      return byName(value, "class", run);
    case "instance":
      return byName(value.of, "class", run);
    case "generator":
      return { kind: "generator", from: value.at, to: value.at };
    case "imported":
      return value.module ? { kind: "module", from: value.at, to: value.at } : undefined;
    case "made": {
      const fault = refused.find(({ path }) => path.test(value.path));
      return fault && { kind: fault.kind, from: value.at, to: value.to };
    }
    default:
      return undefined;
  }
}

/** Functions and classes are sent by their name, which must be found again in the imported module. */
function byName(
  value: FunctionValue | ClassValue,
  kind: UnpicklableKind,
  run: Run,
): (Place & { readonly kind: UnpicklableKind }) | undefined {
  const place = { from: value.node.from, to: value.node.to };
  if (value.local) return { kind, ...place };
  const definition = (value.kind === "function" ? value.namedAs : undefined) ?? value.node;
  return run.importable === null || run.importable.has(definition) ? undefined : { kind: "guarded", ...place };
}

function heldBy(value: Value, run: Run): readonly Value[] {
  switch (value.kind) {
    case "union":
      return value.options;
    case "bound":
      return [value.self];
    case "instance": {
      const custom = ["__getstate__", "__reduce__", "__reduce_ex__", "__getnewargs__"];
      if (custom.some((name) => method(value.of, name))) return [];
      const base = value.base.get("base");
      return [...value.attributes.values(), ...(base?.kind === "made" ? madeHolds(base, run) : [])];
    }
    case "made":
      return madeHolds(value, run);
    case "sequence":
      return value.items;
    case "dict":
      return [...value.entries.values(), ...value.rest];
    default:
      return [];
  }
}

function madeHolds(made: MadeValue, run: Run): readonly Value[] {
  const given = handed(made.args);
  const attributes = [...made.attributes.values()];
  if (made.path === "collections.defaultdict") return [...given.slice(0, 1), ...attributes];
  if (keptByFunctions.test(made.path)) return [...given, ...attributes];
  const type = /(^|\.)[A-Z]\w*$/.test(made.path);
  if (!type) return attributes;
  if (keepers.test(made.path)) return [...given, ...attributes];
  if (given.some((value) => value.kind === "function" && value.local)) {
    const place = { from: made.at, to: made.to };
    run.find({ kind: "cannot-tell", detail: "holds", ...place, start: place, severity: "warn" });
  }
  return attributes;
}

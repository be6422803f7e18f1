import type { SyntaxNode } from "@lezer/common";
import type { Reader } from "./reader.ts";
import type { ImportedName } from "./tree.ts";

const processes = ["Process", "Pool", "Manager", "get_context", "set_start_method", "cpu_count", "current_process"];

/** What `from x import *` binds, of the modules that matter here. */
const exported: Readonly<Record<string, readonly string[]>> = {
  "torch.utils.data": [
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "TensorDataset",
    "Subset",
    "ConcatDataset",
    "random_split",
  ],
  multiprocessing: processes,
  "torch.multiprocessing": [...processes, "spawn", "start_processes"],
};

/** `import a.b as c, d` and `from .a import (b as c, d)` */
export function readImport(parts: readonly SyntaxNode[], reader: Reader): ImportedName[] {
  const after = parts.findIndex((part) => part.name === "import");
  if (parts[0]?.name !== "from") return dottedNames(parts.slice(1), reader).map(moduleName);
  const from = parts
    .slice(1, after < 0 ? undefined : after)
    .map((part) => reader.text(part))
    .join("");
  if (after < 0) return [];
  if (parts.slice(after + 1).some((part) => part.name === "*")) {
    return (exported[from] ?? []).map((name) => ({ path: `${from}.${name}`, name, module: false }));
  }
  return dottedNames(parts.slice(after + 1), reader).map(({ path, alias }) => ({
    path: `${from}${from.endsWith(".") ? "" : "."}${path}`,
    name: alias ?? path,
    module: false,
  }));
}

interface Dotted {
  readonly path: string;
  readonly alias: string | undefined;
}

function moduleName({ path, alias }: Dotted): ImportedName {
  // `import a.b` binds `a`; `import a.b as c` binds the inner module.
  const [root = path] = path.split(".");
  return alias === undefined ? { path: root, name: root, module: true } : { path, name: alias, module: true };
}

function dottedNames(parts: readonly SyntaxNode[], reader: Reader): Dotted[] {
  const names: { path: string; alias: string | undefined }[] = [];
  let [open, aliased] = [false, false];
  for (const part of parts) {
    if (part.name === ",") open = false;
    else if (part.name === "as") aliased = true;
    else if (part.name === "VariableName" || part.name === ".") {
      const last = names.at(-1);
      if (!open || !last) {
        names.push({ path: reader.text(part), alias: undefined });
        open = true;
      } else if (aliased) last.alias = reader.text(part);
      else last.path += reader.text(part);
      aliased = false;
    }
  }
  return names;
}

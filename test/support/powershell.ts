import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Language, Parser } from "web-tree-sitter";

/**
 * Where a script is not PowerShell, by the grammar of tree-sitter-powershell: "line:column: text" each. It tells wrong syntax
 * only; what the script does no test here can show, for PowerShell is no Debian package.
 */
export async function powershellFaults(): Promise<(script: string) => string[]> {
  await Parser.init();
  const grammar = createRequire(import.meta.url).resolve("tree-sitter-powershell/tree-sitter-powershell.wasm");
  const parser = new Parser();
  parser.setLanguage(await Language.load(await readFile(grammar)));
  return (script) => {
    // The grammar does not know `--`, after which everything is an argument.
    const tree = parser.parse(script.replaceAll(" -- ", " '--' "));
    const root = tree?.rootNode;
    if (!root?.hasError) return [];
    const faults = root
      .descendantsOfType("ERROR")
      .filter((node) => node !== null)
      .map((node) => `${node.startPosition.row + 1}:${node.startPosition.column + 1}: ${node.text.slice(0, 80)}`);
    return faults.length > 0 ? faults : ["something is missing"];
  };
}

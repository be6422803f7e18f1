import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { causeIds } from "../../checks/causes/ids.ts";
import { checks } from "../../checks/index.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { commandLine } from "../../src/completion/command-line.ts";
import { completionScript, type Shell } from "../../src/completion/script.ts";
import { languages } from "../../src/text/message.ts";
import { powershellFaults } from "../support/powershell.ts";

const folder = mkdtempSync(join(tmpdir(), "envdoctor-completion-"));
const shells: readonly Shell[] = ["bash", "zsh", "fish", "powershell"];
const scripts = shells.flatMap((shell) =>
  languages.map((language) => {
    const text = completionScript(shell, buildProgram(language), language, "0.0.0");
    const file = join(folder, `envdoctor-${language}.${shell}`);
    writeFileSync(file, text);
    return { shell, language, text, file };
  }),
);

const readers: readonly { readonly argv: readonly string[]; readonly of: Shell }[] = [
  { argv: ["bash", "-n"], of: "bash" },
  { argv: ["shellcheck", "--shell", "bash"], of: "bash" },
  { argv: ["zsh", "-n"], of: "zsh" },
  { argv: ["fish", "--no-execute"], of: "fish" },
];

describe("completion scripts", () => {
  for (const { argv, of } of readers) {
    test(`please ${argv.join(" ")}`, () => {
      const [program = "", ...flags] = argv;
      if (spawnSync(program, ["--version"]).error) {
        console.warn(`NOT RUN: ${program} is not installed`);
        return;
      }
      for (const { file } of scripts.filter(({ shell }) => shell === of)) {
        const { status, stdout, stderr } = spawnSync(program, [...flags, file], { encoding: "utf8" });
        expect({ file, status, said: stdout + stderr }).toEqual({ file, status: 0, said: "" });
      }
    });
  }

  test("are PowerShell by its grammar", async () => {
    const faults = await powershellFaults();
    expect(faults("if ($x { 'one' }")).not.toEqual([]);
    for (const { text } of scripts.filter(({ shell }) => shell === "powershell")) expect(faults(text)).toEqual([]);
    console.warn("NOT RUN: completion in a real PowerShell: it is neither in Debian nor on npm");
  });

  for (const shell of shells) {
    test(`of ${shell} know every command, flag, check and cause`, () => {
      const text = scripts.find((script) => script.shell === shell && script.language === "en")?.text ?? "";
      const commands = commandLine(buildProgram("en"), "en");
      const flags = commands.flatMap((command) => command.flags.map(({ long }) => long?.slice(2) ?? ""));
      const words = [...commands.flatMap(({ path }) => path), ...flags, ...causeIds, ...checks.map(({ id }) => id)];
      expect(words.filter((word) => !text.includes(word))).toEqual([]);
    });
  }

  test("say what things are in the language that was asked for", () => {
    for (const { shell, language, text } of scripts.filter(({ shell }) => shell !== "bash")) {
      expect({ shell, language, chinese: /\p{Script=Han}/u.test(text) }).toEqual({
        shell,
        language,
        chinese: language === "zh",
      });
    }
  });

  test("of zsh work as a file of $fpath, too", () => {
    if (spawnSync("zsh", ["--version"]).error) {
      console.warn("NOT RUN: zsh is not installed");
      return;
    }
    const functions = mkdtempSync(join(tmpdir(), "envdoctor-fpath-"));
    writeFileSync(join(functions, "_envdoctor"), scripts.find(({ shell }) => shell === "zsh")?.text ?? "");
    const line = `fpath=(${functions} $fpath); autoload -U compinit; compinit -D -u; print $_comps[envdoctor]`;
    expect(spawnSync("zsh", ["-f", "-c", line], { encoding: "utf8" }).stdout).toBe("_envdoctor\n");
  });
});

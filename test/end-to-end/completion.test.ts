import { expect, test } from "vitest";
import { runCli } from "../support/cli.ts";

test("completion writes the script of a shell, and nothing else", async () => {
  const { code, stdout, stderr } = await runCli(["completion", "bash"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^# Completion of envdoctor \S+ for bash/);
  expect(stdout).toMatch(/complete -F _envdoctor envdoctor/);
});

test("an unknown shell, and none, is wrong usage", async () => {
  const unknown = await runCli(["completion", "tcsh"]);
  expect(unknown).toMatchObject({ code: 2, stdout: "" });
  expect(unknown.stderr).toMatch(/'tcsh' is invalid.*bash, zsh, fish, powershell/);
  const none = await runCli(["completion"]);
  expect(none).toMatchObject({ code: 2, stdout: "" });
  expect(none.stderr).toMatch(/missing required argument 'shell'/);
});

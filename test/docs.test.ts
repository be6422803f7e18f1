import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { commandHelps } from "../scripts/docs/command-help.ts";
import { pages } from "../scripts/docs/pages.ts";
import { buildProgram } from "../src/cli/program.ts";

const root = new URL("../", import.meta.url);

describe("generated pages are what the code says (else: npm run docs)", () => {
  test.each(Object.entries(pages))("%s", async (path, page) => {
    expect(readFileSync(new URL(path, root), "utf8")).toBe(await page());
  });
});

describe("the man page", () => {
  const file = fileURLToPath(new URL("envdoctor.1", root));
  const rendered = (width: string) =>
    spawnSync("man", ["--warnings", "-E", "UTF-8", "-l", file], {
      encoding: "utf8",
      env: { ...process.env, MANWIDTH: width, LC_ALL: "C.UTF-8", MAN_KEEP_FORMATTING: undefined },
    });
  const missing = rendered("80").error ? "man is not installed" : null;

  test.each(["60", "80", "132"])("renders at width %s without a warning", (width) => {
    if (missing) {
      console.warn(`NOT RUN: ${missing}`);
      return;
    }
    const { status, stdout, stderr } = rendered(width);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    // Command lines of the examples stay on one line, whatever the width.
    const broad = stdout.split("\n").filter((line) => line.length > Number(width) && !line.includes(" envdoctor "));
    expect(broad).toEqual([]);
  });

  test("names every command and flag", () => {
    if (missing) {
      console.warn(`NOT RUN: ${missing}`);
      return;
    }
    const words = rendered("200").stdout.split(/[\s,;()[\]]+/);
    const commands = commandHelps(buildProgram("en"));
    const flags = commands.flatMap((command) => command.flags.map(({ flags }) => /--[\w-]+/.exec(flags)?.[0] ?? ""));
    const names = commands.flatMap(({ name }) => name.split(" "));
    expect([...new Set([...names, ...flags])].filter((word) => !words.includes(word))).toEqual([]);
  });

  test("comes with the package, where npm links it (npm 11 takes a list alone)", () => {
    const { man, files } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
    expect({ man, packed: files.includes("envdoctor.1") }).toEqual({ man: ["./envdoctor.1"], packed: true });
  });
});

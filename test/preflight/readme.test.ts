import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { vocabulary } from "../../src/preflight/names.ts";
import { parsePolicy } from "../../src/preflight/policy.ts";

const page = readFileSync(new URL("../../src/preflight/README.md", import.meta.url), "utf8");

test("the page has a row for every name, and for no other", () => {
  const rows = page.split("\n").filter((line) => /^\| `[\w.]+` \| [\w ,]+ \|/.test(line));
  const expected = Object.entries(vocabulary).map(([name, { kind, words, says }]) => {
    const value = kind === "yes-no" ? "yes or no" : (words?.join(", ") ?? kind);
    return `| \`${name}\` | ${value} | ${says.en} |`;
  });
  expect(rows).toEqual(expected);
});

test("its policy is one", async () => {
  const [, example = ""] = /```toml\n([\s\S]*?)```/.exec(page) ?? [];
  const { demands, idleWaivers } = await parsePolicy(example, "README.md", "gpu-big-3");
  expect(demands.map(({ requirement }) => requirement.name)).toEqual([
    "torch.cuda",
    "limits.openFiles",
    "gpu.memoryMiB",
  ]);
  expect(idleWaivers).toEqual([]);
});

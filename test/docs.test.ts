import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { causeIds } from "../checks/causes/ids.ts";
import { catalogue } from "../checks/causes/index.ts";
import { causesMarkdown } from "../src/report/causes.ts";

test("the page of causes is what the catalogue says (else: npm run docs)", () => {
  const page = readFileSync(new URL("../checks/causes/README.md", import.meta.url), "utf8");
  expect(page).toBe(
    causesMarkdown(
      causeIds.map((id) => catalogue[id]),
      "en",
    ),
  );
});

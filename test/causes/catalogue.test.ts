import { expect, it } from "vitest";
import { causeIds } from "../../checks/causes/ids.ts";
import { catalogue } from "../../checks/causes/index.ts";
import { keepsHouseRules } from "./house-rules.ts";

keepsHouseRules(catalogue);

it("has each id of the vocabulary once, with a title of its own", () => {
  expect(Object.keys(catalogue).sort()).toEqual([...causeIds].sort());
  expect(new Set(Object.values(catalogue).map(({ title }) => title.en)).size).toBe(causeIds.length);
});

import { describe, expect, test } from "vitest";
import { tryMachine, wholeMachines } from "./campaign.ts";

describe("every question fails in all eight ways", () => {
  test.each(wholeMachines())("%s", async (name) => {
    const { replays, violations } = await tryMachine(name, () => true);
    console.log(`${name}: ${replays} failures`);
    expect(violations).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { machineNames } from "../support/machine.ts";
import { tryMachine } from "./campaign.ts";

describe("every question fails in all eight ways", () => {
  test.each(machineNames())("%s", async (name) => {
    const { replays, violations } = await tryMachine(name, () => true);
    console.log(`${name}: ${replays} failures`);
    expect(violations).toEqual([]);
  });
});

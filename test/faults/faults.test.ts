/**
 * Every question that a check asks of every test machine is left unanswered in turn, and every sixth one fails in one of
 * the other seven ways as well. `npm run fuzz` tries all eight ways of all of them.
 */
import { afterAll, describe, expect, test } from "vitest";
import { type Learned, tryMachine, wholeMachines } from "./campaign.ts";
import { factsPage } from "./page.ts";
import { ways } from "./ways.ts";

const learned: Learned[] = [];
const others = ways.filter((way) => way !== "timeout");

describe("one question fails", () => {
  test.each(wholeMachines())("%s", { timeout: 300_000 }, async (name) => {
    const result = await tryMachine(
      name,
      (way, number) => way === "timeout" || (number % 6 === 0 && way === others[(number / 6) % others.length]),
    );
    learned.push(result);
    expect(result.violations).toEqual([]);
  });
});

test("the page of facts is what was learned (else: npm run docs:facts)", async () => {
  await expect(factsPage(learned.flatMap(({ carried }) => carried))).toMatchFileSnapshot("../../checks/FACTS.md");
});

afterAll(() => {
  console.log(`${learned.reduce((sum, { replays }) => sum + replays, 0)} failures tried`);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { causeIds } from "../../checks/causes/ids.ts";
import { catalogue } from "../../checks/causes/index.ts";
import { explainText } from "../../src/paste/explain.ts";
import { disturbances } from "./disturb.ts";

const root = join(import.meta.dirname, "../texts");

interface Sample {
  readonly name: string;
  readonly cause: string;
  readonly text: string;
}

function samples(folder: string): Sample[] {
  return readdirSync(join(root, folder)).map((file) => ({
    name: `${folder}/${file}`,
    cause: folder,
    text: readFileSync(join(root, folder, file), "utf8"),
  }));
}

/** Causes that a text can betray; some are only shown by a training run. */
const told = causeIds.filter((id) => catalogue[id].clues.length > 0);
const causes = told.flatMap((id) => samples(id));
const none = samples("none");
const first = (text: string): string => explainText(text).causes[0]?.cause.id ?? "nothing";

describe("texts of a known cause", () => {
  it("has some for every cause", () => {
    for (const id of told) expect(samples(id).length, id).toBeGreaterThanOrEqual(2);
  });

  it.each(causes)("$name", ({ cause, text }) => {
    const { causes: found } = explainText(text);
    expect(found[0]?.cause.id).toBe(cause);
    expect(found[0]?.confidence).toBeLessThan(1);
    for (const { line } of found[0]?.evidence ?? []) expect(line).toBeLessThanOrEqual(text.split("\n").length);
  });
});

describe("texts spoiled on their way", () => {
  it.each(Object.keys(disturbances))("%s: at least 85 %% keep their answer", (name) => {
    const change = disturbances[name] ?? ((text: string) => text);
    const lost = causes.filter(({ cause, text }) => first(change(text)) !== cause).map((sample) => sample.name);
    expect(lost.length / causes.length, lost.join(" ")).toBeLessThanOrEqual(0.15);
  });
});

describe("texts without such a fault", () => {
  it("gives no cause for at least 98 % of them", () => {
    expect(none.length).toBeGreaterThanOrEqual(60);
    const alarms = none.filter(({ text }) => first(text) !== "nothing").map((sample) => sample.name);
    expect(alarms.length / none.length, alarms.join(" ")).toBeLessThanOrEqual(0.02);
  });
});

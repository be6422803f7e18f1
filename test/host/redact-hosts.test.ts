import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { type Diagnosis, diagnose } from "../../src/diagnosis/diagnose.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { gatherFacts } from "../../src/facts/gather.ts";
import { recordedHost } from "../../src/host/recorded.ts";
import { recordingHost } from "../../src/host/recorder.ts";
import type { Recording } from "../../src/host/recording.ts";
import { redact } from "../../src/host/redact.ts";
import { checkReport } from "../../src/report/check-report.ts";
import { checkHtml } from "../../src/report/html/check.ts";
import { redactor } from "../../src/report/html/redact.ts";
import { junitReport } from "../../src/report/junit.ts";
import { markdownReport } from "../../src/report/markdown.ts";
import { prometheusReport } from "../../src/report/prometheus.ts";
import { rowsOfCheck } from "../../src/report/rows.ts";
import { sarifReport } from "../../src/report/sarif.ts";
import { textReport } from "../../src/report/text.ts";
import { machineNames, machineRecording } from "../support/machine.ts";
import * as plant from "./planting.ts";

/** How many machines: RUNS=200 for a quick look. */
const runs = Number(process.env["RUNS"] ?? 5000);

/** What `snapshot` would write of each test machine, before it is redacted. */
const machines = new Map<string, Recording>();
beforeAll(async () => {
  for (const name of machineNames()) {
    const { host, recording } = recordingHost(replay(machineRecording(name)));
    await gatherFacts(host);
    machines.set(name, recording());
  }
});

const replay = (recording: Recording) => recordedHost(recording, { unrecorded: "missing" });

async function looked(recording: Recording): Promise<{ facts: Facts; diagnosis: Diagnosis }> {
  const facts = await gatherFacts(replay(recording), recording.look);
  return { facts, diagnosis: diagnose(facts, checks, catalogue) };
}

/** All of a diagnosis but its words. */
function essence({ verdict, causes, findings }: Diagnosis): unknown {
  return {
    verdict: [verdict.status, verdict.gpuTraining],
    causes: causes.map(({ cause, confidence, findings }) => [cause.id, confidence, findings]),
    findings: findings.map(({ id, status, blockedBy, suspicions }) => [
      id,
      status,
      blockedBy,
      suspicions.map(({ cause, confidence }) => [cause, confidence]),
    ]),
  };
}

/** Every text in the data, what is packed as base64 unpacked, in one. */
function allTexts(of: unknown): string {
  const texts: string[] = [];
  const walk = (value: unknown, name?: string): void => {
    if (typeof value === "string") {
      texts.push(value);
      if (name === "base64") {
        const bytes = Buffer.from(value, "base64");
        texts.push(bytes.toString("utf8"), bytes.toString("utf16le"), bytes.toString("latin1"));
      }
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        texts.push(key);
        walk(inner, key);
      }
    }
  };
  walk(of);
  return texts.join("\n");
}

function survivors(text: string, secrets: readonly string[]): string[] {
  const lower = text.toLowerCase();
  const places = secrets.map((secret) => ({ secret, at: lower.indexOf(secret.toLowerCase()) }));
  return places.filter(({ at }) => at >= 0).map(({ secret, at }) => `${secret} in ${text.slice(at - 60, at + 90)}`);
}

interface Described {
  readonly machine: string;
  readonly user: string;
  readonly host: string;
  readonly server: readonly [string, number] | null;
  readonly own: readonly (readonly [plant.Place, number])[];
  readonly lines: readonly (readonly [plant.Place, { kind: string; secret: string; text: string }])[];
}

const described: fc.Arbitrary<Described> = fc.record({
  machine: fc.constantFrom(...machineNames()),
  user: plant.users,
  host: plant.hosts,
  server: fc.option(fc.tuple(plant.hosts, fc.nat(10)), { nil: null }),
  own: fc.array(fc.tuple(plant.places, fc.nat(plant.userWritings.length - 1)), { maxLength: 2 }),
  lines: fc.array(fc.tuple(plant.places, plant.secrets), { minLength: 1, maxLength: 4 }),
});

function planted({ machine, user, host, server, own, lines }: Described): plant.Planted {
  const bare = machines.get(machine);
  if (bare === undefined) throw new Error(machine);
  const owned = plant.withHost(plant.withUser(bare, user), host);
  const shared = server === null ? owned : plant.withShare(owned, ...server);
  const written = own.flatMap(([place, how]) => {
    const writing = plant.userWritings[how]?.(user);
    return writing ? [{ place, ...writing }] : [];
  });
  const named = written.reduce<Recording>((before, { place, text }) => plant.withLine(before, place, text), {
    ...shared,
    env: { ...shared.env, USER: user },
  });
  const recording = lines.reduce<Recording>((before, [place, { text }]) => plant.withLine(before, place, text), named);
  return {
    recording,
    names: [
      user,
      ...written.map((each) => each.written),
      host,
      ...(server ? [server[0]] : []),
      ...secretsOf(lines, "identity"),
    ],
    credentials: secretsOf(lines, "credential"),
  };
}

function secretsOf(lines: Described["lines"], kind: string): string[] {
  return lines.filter(([, secret]) => secret.kind === kind).map(([, { secret }]) => secret);
}

const about = { version: "1.2.3", startedAt: new Date(0), durationMs: 0 };
const look = { language: "en", colour: false, width: 100, unicode: true } as const;

describe(`${runs} machines with somebody's secrets`, () => {
  let count = 0;

  test("are diagnosed alike after redaction, and no format gives a secret away", { timeout: 900_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(described, async (description) => {
        const { recording, names, credentials } = planted(description);
        const redacted = redact(recording);
        expect(survivors(allTexts(redacted), [...names, ...credentials])).toEqual([]);

        const [before, after] = [await looked(recording), await looked(redacted)];
        expect(essence(after.diagnosis)).toEqual(essence(before.diagnosis));

        const checked = { ...before, ...about };
        const own = checkReport(checked, "en");
        const onThisMachine = [
          JSON.stringify(own),
          textReport(own, look, { verbose: true, quiet: false }),
          junitReport(rowsOfCheck(own, "fail"), own),
          JSON.stringify(sarifReport(own, "fail")),
          await prometheusReport(own, before.facts),
        ].join("\n");
        expect(survivors(onThisMachine, credentials)).toEqual([]);

        const safe = redactor({ recording })(checked);
        expect(essence(safe.diagnosis)).toEqual(essence(before.diagnosis));
        const language = count % 2 === 0 ? "en" : "zh";
        const markdown = markdownReport(checkReport(safe, language), language).replaceAll("\\", "");
        // A page takes longer to make than all the rest.
        const page = count++ % 5 === 0 ? checkHtml(checked, language, { recording }) : "";
        expect(survivors(markdown + page, [...names, ...credentials])).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
});

describe("a user whose name is short or means something", () => {
  const users = ["x", "jo", "max", "cuda", "gpu", "data", "7", "test", "driver"];

  test.each(users)("%s: no home folder tells it", async (user) => {
    const own = [...machines].filter((_, index) => index % users.length === users.indexOf(user));
    for (const [name, bare] of own) {
      const recording = plant.withUser(bare, user);
      const redacted = redact(recording);
      const texts = allTexts(redacted);
      for (const parent of ["/home/", "\\Users\\", "\\\\Users\\\\", "/Users/"]) {
        const at = texts.search(new RegExp(`${parent.replaceAll("\\", "\\\\")}${user}(?![\\w-])`));
        expect(at < 0 ? "" : `${name}: ${texts.slice(at - 60, at + 60)}`).toBe("");
      }
      const [before, after] = [await looked(recording), await looked(redacted)];
      expect(essence(after.diagnosis)).toEqual(essence(before.diagnosis));
    }
  });
});

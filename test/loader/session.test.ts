import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { aboutSchema, copiesSchema, openedSchema, startSchema, storageSchema } from "../../src/loader/protocol.ts";
import { LoaderTrouble, Session } from "../../src/loader/session.ts";
import { pythons } from "../support/pythons.ts";

const folder = mkdtempSync(join(tmpdir(), "envdoctor-session-"));
const scripts = fileURLToPath(new URL("../../scripts/python", import.meta.url));
const sets = fileURLToPath(new URL("./sets", import.meta.url));
const never = new AbortController().signal;
let files = 0;

/** A measuring program that does `text` with every line it is given. */
function program(text: string): [string, string] {
  const path = join(folder, `${++files}.mjs`);
  writeFileSync(
    path,
    `import {createInterface} from "node:readline";
     for await (const line of createInterface({input:process.stdin})) { const c=JSON.parse(line); if(c.do==="end")break; ${text} }
     process.exit(0)`,
  );
  return [process.execPath, path];
}

async function ask(argv: readonly [string, ...string[]], seconds = 9): Promise<unknown> {
  const session = new Session(argv, { timeoutMs: 20_000, signal: never });
  try {
    return await session.ask(z.object({ x: z.number() }), { do: "it" }, seconds);
  } catch (error) {
    if (error instanceof LoaderTrouble) return `${error.kind}: ${error.message}`;
    throw error;
  } finally {
    await session.close();
  }
}

describe("a measuring program", () => {
  test.each([
    ["answers", "console.log(JSON.stringify({x:1,id:c.id}))", { x: 1 }],
    [
      "answers amid noise",
      'console.log("noise\\n{broken\\n"+JSON.stringify({x:9,id:99})+"\\n"+JSON.stringify({x:1,id:c.id}))',
      { x: 1 },
    ],
    [
      "answers something else",
      'console.log(JSON.stringify({y:"?",id:c.id}))',
      "ended: the answer to 'it' was not understood",
    ],
    [
      "refuses",
      'console.log(JSON.stringify({error:{kind:"dataset",message:"no \\u001b[31mdata"},id:c.id}))',
      "dataset: no data",
    ],
    [
      "ends",
      'console.error("line one\\nout of luck");process.exit(3)',
      "ended: the measuring program ended with code 3: out of luck",
    ],
    ["is killed", 'process.kill(process.pid,"SIGKILL")', /ended: the measuring program (was killed by SIGKILL|ended)/],
  ])("%s", async (_, text, expected) => {
    const told = await ask(program(text));
    if (expected instanceof RegExp) expect(told).toMatch(expected);
    else expect(told).toEqual(expected);
  });

  test("says nothing: it is ended", async () => {
    expect(await ask(program(""), 0.3)).toBe("hung: no answer to 'it' within 0 s");
  });

  test("floods: the report still comes", async () => {
    expect(await ask(program('setInterval(()=>process.stdout.write("x".repeat(1e6)),1)'), 1)).toMatch(/^hung/);
  });

  test("is not there", async () => {
    expect(await ask([join(folder, "none")])).toBe("ended: the measuring program could not be started (missing)");
  });

  test("is stopped from outside", async () => {
    const stop = new AbortController();
    const session = new Session(program(""), { timeoutMs: 20_000, signal: stop.signal });
    setTimeout(() => stop.abort(), 200);
    const error = await session.ask(z.object({}), { do: "it" }, 9).catch((e: unknown) => e);
    await session.close();
    expect(error instanceof LoaderTrouble && error.kind).toBe("stopped");
  });
});

describe("the program in Python", () => {
  const [python] = pythons();
  if (python === undefined) console.warn("NOT RUN: no Python of pyenv is installed");

  test.runIf(python !== undefined)("opens, starts and stops workers, sends batches, reads files", async () => {
    const data = join(folder, "data");
    mkdirSync(data);
    for (let i = 0; i < 20; i++) writeFileSync(join(data, `${i}.bin`), Buffer.alloc(20_000, i));
    const argv = [python?.path ?? "", join(scripts, "loader_main.py")] as const;
    const session = new Session(argv, { timeoutMs: 60_000, signal: never, env: { PYTHONDONTWRITEBYTECODE: "1" } });
    await session.ask(aboutSchema.partial(), { do: "engine", name: "python" }, 20);
    const opened = await session.ask(openedSchema, { do: "open", dataset: "make", path: join(sets, "good.py") }, 20);
    expect([opened.samples, opened.batches, opened.batchBytes]).toEqual([256, 8, 512]);
    for (const method of opened.process.startMethods) {
      const started = await session.ask(startSchema, { do: "start", method, workers: 2 }, 60);
      expect(started.allSeconds).toBeGreaterThanOrEqual(started.firstSeconds);
    }
    const copies = await session.ask(copiesSchema, { do: "copies", method: opened.process.startMethod, count: 4 }, 60);
    expect(copies.workerSeconds).toBeGreaterThan(0);
    const curve = await session.ask(storageSchema, { do: "storage", folder: data, seconds: 1 }, 60);
    expect([curve.files, curve.bytes]).toEqual([20, 400_000]);
    expect(curve.there.map(({ readers }) => readers)).toEqual([1, 2, 4, 8]);
    expect(curve.local.every(({ filesPerSecond, mibPerSecond }) => filesPerSecond > 0 && mibPerSecond > 0)).toBe(true);
    await session.close();
  });
});

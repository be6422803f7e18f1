import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { liveHost } from "../../src/host/live.ts";

const folder = mkdtempSync(join(tmpdir(), "envdoctor-host-"));
afterAll(() => rmSync(folder, { recursive: true }));
const host = liveHost({ timeoutMs: 10_000 });

let marker = "";
let number = 0;
beforeEach(() => {
  marker = `envdoctor-evil-${process.pid}-${++number}`;
});

/** Every evil program carries the marker as an argument, and hands it on to its children. */
function bash(script: string): [string, ...string[]] {
  return ["bash", "-c", script, "bash", marker];
}

function node(script: string): [string, ...string[]] {
  return [process.execPath, "-e", script, marker];
}

/** Command lines of living processes with the marker; a killed one that nobody has reaped yet has none. */
function leftBehind(): string[] {
  const lines = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    });
  return lines.filter((line) => line.split("\0").includes(marker));
}

async function nothingIsLeft(): Promise<void> {
  await expect.poll(leftBehind, { timeout: 2000 }).toEqual([]);
}

const sleeper = 'bash -c "while :; do sleep 1; done" bash "$1"';

describe.runIf(process.platform === "linux")("a program that does not end", () => {
  test.each<[string, () => [string, ...string[]]]>([
    ["hangs", () => bash("echo begun; sleep 1000")],
    ["ignores SIGTERM", () => bash("trap '' TERM; echo begun; while :; do sleep 1; done")],
    ["has a grandchild that ignores SIGTERM", () => bash(`trap '' TERM; echo begun; ${sleeper} & wait`)],
    ["has a grandchild in its own session", () => bash(`echo begun; setsid ${sleeper} & sleep 1000`)],
    [
      "has a grandchild in its own session that ignores SIGTERM",
      () => bash(`echo begun; (trap '' TERM; exec setsid ${sleeper}) & sleep 1000`),
    ],
    ["has a daemon that belongs to init", () => bash(`echo begun; (setsid ${sleeper} &) ; sleep 1000`)],
    ["stops itself", () => bash("echo begun; kill -STOP $$")],
    [
      "prints without end",
      () =>
        node(
          "const s='begun'+'x'.repeat(65536);function w(){while(process.stdout.write(s));process.stdout.once('drain',w)}w()",
        ),
    ],
  ])("%s", async (_, argv) => {
    const asked = await host.run(argv(), { timeoutMs: 700 });
    expect(asked).toMatchObject({ outcome: "timeout", exitCode: null });
    expect(asked.stdout).toMatch(/^begun/);
    expect(asked.durationMs).toBeLessThan(700 + 300 + 200); // the promise, and room for a busy machine
    await nothingIsLeft();
  });
});

describe.runIf(process.platform === "linux")("a program that ends while others hold its pipe", () => {
  test.each<[string, string]>([
    ["a grandchild", `${sleeper} & echo done; exit 3`],
    ["a grandchild that ignores SIGTERM", `(trap '' TERM; exec ${sleeper}) & echo done; exit 3`],
    ["a daemon in its own session", `setsid ${sleeper} & echo done; sleep 0.2; exit 3`],
  ])("%s", async (_, script) => {
    expect(await host.run(bash(script))).toMatchObject({ outcome: "ended", exitCode: 3, stdout: "done\n" });
    await nothingIsLeft();
  });

  test("a background process that closed its pipes is cleared away too", async () => {
    const script = `${sleeper} >/dev/null 2>&1 & echo done`;
    expect(await host.run(bash(script))).toMatchObject({ outcome: "ended", exitCode: 0, stdout: "done\n" });
    await nothingIsLeft();
  });
});

describe("what a program says", () => {
  test("both pipes, and the exit code beside them", async () => {
    const asked = await host.run(node("console.log('out');console.error('err');process.exitCode=9"));
    expect(asked).toMatchObject({ outcome: "ended", exitCode: 9, signal: null, stdout: "out\n", stderr: "err\n" });
    expect(asked.truncated).toBe(false);
  });

  test("a flood on both pipes is drained and dropped", async () => {
    const flood =
      "const b=Buffer.alloc(1<<20,'x');for(let i=0;i<100;i++){require('fs').writeSync(1,b);require('fs').writeSync(2,b)}";
    const asked = await host.run(node(flood), { maxBytes: 1000 });
    expect(asked).toMatchObject({ outcome: "ended", exitCode: 0, truncated: true });
    expect([asked.stdout.length, asked.stderr.length]).toEqual([1000, 1000]);
  });

  test.each<[string, string, string]>([
    ["bytes that are no text", "ff41fe42", "\ufffdA\ufffdB"],
    ["UTF-8 with a mark", "efbbbf68690a", "hi\n"],
    ["UTF-16 with a mark", Buffer.from("\ufeff默认 hi\r\n", "utf16le").toString("hex"), "默认 hi\r\n"],
    ["UTF-16 without a mark", Buffer.from("WSL version: 2.6\r\n", "utf16le").toString("hex"), "WSL version: 2.6\r\n"],
    [
      "Chinese UTF-16 without a mark",
      Buffer.from("默认分发: Ubuntu\r\n", "utf16le").toString("hex"),
      "默认分发: Ubuntu\r\n",
    ],
    ["a list with NULs", Buffer.from("one\0two\0three\0").toString("hex"), "one\0two\0three\0"],
    ["nothing", "", ""],
  ])("%s", async (_, hex, text) => {
    const asked = await host.run(node(`process.stdout.write(Buffer.from('${hex}','hex'))`));
    expect(asked).toMatchObject({ outcome: "ended", exitCode: 0, stdout: text });
  });

  test("a character that the cap cuts is left out", async () => {
    const asked = await host.run(node("process.stdout.write('é'.repeat(10))"), { maxBytes: 5 });
    expect(asked).toMatchObject({ stdout: "éé", truncated: true });
  });

  test("it speaks English, and has what the question changes", async () => {
    const show = "const e=process.env;console.log(e.LANGUAGE,e.WSL_UTF8,e.ADDED,e.HOME,process.cwd())";
    const asked = await host.run(node(show), { env: { ADDED: "yes", HOME: undefined }, cwd: folder });
    expect(asked.stdout).toBe(`en 1 yes undefined ${folder}\n`);
  });

  test("stdin is closed and arguments meet no shell", async () => {
    expect(await host.run(["cat"])).toMatchObject({ outcome: "ended", exitCode: 0, stdout: "" });
    const words = ["$HOME", "`id`", "a b", '"', "*", "é", ";"] as const;
    expect((await host.run(["printf", "%s\n", ...words])).stdout).toBe(`${words.join("\n")}\n`);
  });
});

describe.runIf(process.platform !== "win32")("a program that cannot be run or dies", () => {
  const file = (name: string, text: string, mode: number) => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode);
    return join(folder, name);
  };

  test.each<[string, () => [string, ...string[]], object]>([
    ["no such program", () => ["envdoctor-no-such-program"], { outcome: "missing", stderr: "" }],
    ["no such path", () => ["/no/such/program"], { outcome: "missing" }],
    ["a folder", () => [folder], { outcome: "missing" }],
    ["not executable", () => [file("plain", "#!/bin/sh\n", 0o644)], { outcome: "denied" }],
    ["its interpreter is gone", () => [file("orphan", "#!/no/such/interpreter\n", 0o755)], { outcome: "failed" }],
    ["NUL in an argument", () => ["echo", "a\0b"], { outcome: "failed" }],
    ["an argument list that is too long", () => ["echo", "x".repeat(4_000_000)], { outcome: "failed" }],
    ["killed by a signal", () => bash("kill -SEGV $$"), { outcome: "ended", exitCode: null, signal: "SIGSEGV" }],
  ])("%s", async (_, argv, wanted) => {
    expect(await host.run(argv())).toMatchObject({ exitCode: null, stdout: "", ...wanted });
  });

  test("a working folder that is gone", async () => {
    expect(await host.run(["true"], { cwd: join(folder, "gone") })).toMatchObject({ outcome: "failed" });
  });

  test("a program is found on the PATH of the question", async () => {
    file("only-here", "#!/bin/sh\necho here\n", 0o755);
    const env = { PATH: `/no/such/folder:${folder}` };
    expect(await host.run(["only-here"], { env })).toMatchObject({ outcome: "ended", stdout: "here\n" });
    expect(await host.run(["only-here"])).toMatchObject({ outcome: "missing" });
  });
});

describe.runIf(process.platform === "linux")("the end of this process", () => {
  const live = JSON.stringify(join(import.meta.dirname, "../../src/host/live.ts"));
  const parent = (after: string) => `
    import { liveHost } from ${live};
    liveHost().run(["bash", "-c", 'echo x; ${sleeper} & setsid ${sleeper} & sleep 1000', "bash", process.argv[2]]);
    setTimeout(() => { process.stdout.write("ready"); ${after} }, 500);`;

  test.each<[string, string, NodeJS.Signals | null, number | null, string | null]>([
    ["SIGINT", "", "SIGINT", null, "SIGINT"],
    ["SIGTERM", "", "SIGTERM", null, "SIGTERM"],
    ["SIGTERM with a handler of the program", "process.on('SIGTERM', () => process.exit(143))", "SIGTERM", 143, null],
    ["process.exit", "process.exit(7)", null, 7, null],
    ["an uncaught error", "throw new Error('oops')", null, 1, null],
  ])("%s kills what runs", async (_, after, signal, code, died) => {
    const path = join(folder, `parent-${number}.ts`);
    writeFileSync(path, parent(after));
    const child = spawn(process.execPath, ["--import", stripper, path, marker], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const exited = once(child, "exit");
    child.stdout.once("data", () => signal && child.kill(signal));
    expect(await exited).toEqual([code, died]);
    await nothingIsLeft();
  });
});

/** Node 20 does not read TypeScript: esbuild takes the types out as modules are loaded. */
const stripper = `data:text/javascript,${encodeURIComponent(`
  import { register } from "node:module";
  register("data:text/javascript," + encodeURIComponent(\`
    import { transform } from ${JSON.stringify(import.meta.resolve("esbuild"))};
    import { readFile } from "node:fs/promises";
    export async function load(url, context, next) {
      if (!url.endsWith(".ts")) return next(url, context);
      const { code } = await transform(await readFile(new URL(url), "utf8"), { loader: "ts", format: "esm" });
      return { format: "module", source: code, shortCircuit: true };
    }\`));`)}`;

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { streamProgram } from "../../src/host/stream.ts";

const folder = mkdtempSync(join(tmpdir(), "envdoctor-stream-"));
const node = process.execPath;
let files = 0;

function script(text: string): [string, string] {
  const path = join(folder, `${++files}.mjs`);
  writeFileSync(path, text);
  return [node, path];
}

describe("streamProgram", () => {
  test("gives whole lines as they come, also the last one without its newline", async () => {
    const lines: string[] = [];
    const argv = script(`process.stdout.write("on");setTimeout(()=>process.stdout.write("e\\ntwo\\n中"),20)`);
    const run = await streamProgram(argv, { timeoutMs: 9000, onLine: (line) => lines.push(line) });
    expect({ outcome: run.outcome, exitCode: run.exitCode, lines }).toEqual({
      outcome: "ended",
      exitCode: 0,
      lines: ["one", "two", "中"],
    });
  });

  test("talks both ways", async () => {
    const lines: string[] = [];
    let stdin: Writable | undefined;
    const argv = script(
      `import {createInterface} from "node:readline";for await(const l of createInterface({input:process.stdin})){if(l==="end")break;console.log(l+"!")};process.stdin.destroy()`,
    );
    const run = await streamProgram(argv, {
      timeoutMs: 9000,
      onStart: (pipe) => {
        stdin = pipe;
        pipe.write("a\n");
      },
      onLine: (line) => {
        lines.push(line);
        stdin?.write(lines.length < 3 ? `${line}\n` : "end\n");
      },
    });
    expect([run.exitCode, lines]).toEqual([0, ["a!", "a!!", "a!!!"]]);
  });

  test.skipIf(process.platform === "win32")("a stop lets the program clean up", async () => {
    const mark = join(folder, "cleaned");
    const stop = new AbortController();
    const argv = script(
      `import {writeFileSync} from "node:fs";process.on("SIGTERM",()=>{writeFileSync(${JSON.stringify(mark)},"");process.exit(7)});setInterval(()=>{},1000);console.log("up")`,
    );
    const run = await streamProgram(argv, { timeoutMs: 9000, signal: stop.signal, onLine: () => stop.abort() });
    expect([run.outcome, run.exitCode, existsSync(mark)]).toEqual(["ended", 7, true]);
  });

  test.skipIf(process.platform === "win32")("a program that ignores the stop is killed with its children", async () => {
    const stop = new AbortController();
    const marker = `envdoctor-stream-${process.pid}`;
    const argv = script(
      `import {spawn} from "node:child_process";process.on("SIGTERM",()=>{});spawn(process.execPath,["-e","setInterval(()=>{},1000)","${marker}"],{stdio:"inherit"});setInterval(()=>console.log("up"),50)`,
    );
    const run = await streamProgram(argv, {
      timeoutMs: 9000,
      stopGraceMs: 100,
      signal: stop.signal,
      onLine: () => stop.abort(),
    });
    expect(run.exitCode).toBeNull();
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(
      `setInterval(()=>{},1000) ${marker}`,
    );
  });

  test("says what cannot be started", async () => {
    const options = { timeoutMs: 1000, onLine: () => {} };
    expect((await streamProgram([join(folder, "none")], options)).outcome).toBe("missing");
    const plain = join(folder, "plain.txt");
    writeFileSync(plain, "", { mode: 0o644 });
    if (process.platform !== "win32") expect((await streamProgram([plain], options)).outcome).toBe("denied");
  });

  test.skipIf(process.platform === "win32")(
    "an owner that answers SIGINT gets to stop its program in order",
    async () => {
      const mark = join(folder, "in-order");
      const child = script(
        `import {writeFileSync} from "node:fs";process.on("SIGTERM",()=>{writeFileSync(${JSON.stringify(mark)},"");process.exit(0)});setInterval(()=>{},1000);console.log("up")`,
      );
      const owner = join(folder, "owner.ts");
      writeFileSync(
        owner,
        `import {streamProgram} from ${JSON.stringify(join(import.meta.dirname, "../../src/host/stream.ts"))};
       const stop=new AbortController();process.once("SIGINT",()=>stop.abort());
       await streamProgram(${JSON.stringify(child)},{timeoutMs:9000,signal:stop.signal,onLine:(l:string)=>console.log(l)});
       process.exit(5)`,
      );
      const bundled = join(folder, "owner.mjs");
      execFileSync(
        "node_modules/.bin/esbuild",
        [owner, "--bundle", "--platform=node", "--format=esm", `--outfile=${bundled}`, "--external:execa"],
        { stdio: "pipe" },
      );
      const code = await new Promise((resolve) => {
        const running = spawn(node, [bundled], { stdio: ["ignore", "pipe", "inherit"] });
        running.stdout.once("data", () => running.kill("SIGINT"));
        running.once("exit", resolve);
      });
      expect([code, existsSync(mark)]).toEqual([5, true]);
    },
  );
});

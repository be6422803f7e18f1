import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { runAsSelf } from "../../src/preflight/become.ts";

const posix = process.platform !== "win32";

describe.runIf(posix)("running a command as oneself", () => {
  test("tells every exit code from 0 to 255", async () => {
    const codes = Array.from({ length: 256 }, (_, code) => code);
    const ended: (number | null)[] = [];
    for (const code of codes) {
      ended.push(
        (await runAsSelf({ words: ["sh", "-c", `exit ${code}`], before: [], keepStderr: false, language: "en" })).code,
      );
    }
    expect(ended).toEqual(codes);
  }, 60_000);

  test("tells the signal that ended it", async () => {
    const ended = await runAsSelf({ words: ["sh", "-c", "kill -9 $$"], before: [], keepStderr: false, language: "en" });
    expect(ended).toEqual({ code: null, signal: "SIGKILL", lastWords: "" });
  });

  test("keeps the end of what it says to stderr", async () => {
    const script = "head -c 1000000 /dev/zero | tr '\\0' x >&2; echo last >&2";
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = () => true;
    const { lastWords } = await runAsSelf({
      words: ["sh", "-c", script],
      before: [],
      keepStderr: true,
      language: "en",
    }).finally(() => {
      process.stderr.write = write;
    });
    expect(lastWords.endsWith("xxxlast\n")).toBe(true);
    expect(lastWords.length).toBe(256 * 1024);
  });

  test("leaves no listener and no process behind", async () => {
    const before = process.listenerCount("SIGTERM");
    await runAsSelf({ words: ["true"], before: [], keepStderr: false, language: "en" });
    expect(process.listenerCount("SIGTERM")).toBe(before);
    const children = (): string =>
      spawnSync("pgrep", ["-P", String(process.pid), "-x", "sh"], { encoding: "utf8" }).stdout;
    for (let i = 0; i < 50 && children() !== ""; i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(children()).toBe("");
  });
});

import { describe, expect, test } from "vitest";
import type { Recording } from "../../src/host/recording.ts";
import { redactor } from "../../src/report/html/redact.ts";
import { composedRecording } from "../support/machine.ts";

function recordingOf(home: string, env: Record<string, string> = {}): Recording {
  const platform = home.includes("\\") ? "win32" : "linux";
  return composedRecording({ identity: { platform, home, cwd: home }, env });
}

describe("commands of a page work on the machine that it tells of, and name nobody", () => {
  const cases: [home: string, command: string, shown: string][] = [
    ["/home/anna", "/home/anna/.venv/bin/python -m pip install torch", "$HOME/.venv/bin/python -m pip install torch"],
    ["/home/anna", "'/home/anna/my env/bin/python' train.py", '"$HOME/my env/bin/python" train.py'],
    ["/home/anna", '"/home/anna/my env/bin/python" train.py', '"$HOME/my env/bin/python" train.py'],
    ["/home/anna", "PATH=/home/anna/bin:/usr/bin train", "PATH=$HOME/bin:/usr/bin train"],
    ["/home/anna", "ls /data/home/anna/x", "ls /data/home/user1/x"],
    ["/home/anna", "ls /home/annabel", "ls /home/annabel"],
    ["/root", "/root/.pyenv/bin/python -V", "$HOME/.pyenv/bin/python -V"],
    ["/", "ls /etc", "ls /etc"],
    ["C:\\Users\\Anna Lena", "& 'C:\\Users\\Anna Lena\\venv\\python.exe' -V", '& "$HOME\\venv\\python.exe" -V'],
  ];
  test.each(cases)("%s: %s", (home, command, shown) => {
    expect(redactor({ recording: recordingOf(home) })({ commands: [command] })).toEqual({ commands: [shown] });
  });
});

describe("what a machine says", () => {
  const recording = recordingOf("/home/anna", { USER: "anna", HOSTNAME: "anna-laptop" });
  const redact = redactor({ recording, known: { users: ["anna"], hosts: ["anna-laptop.example.org"] } });

  test("is redacted in every text, and stays what it was in all else", () => {
    const when = new Date(0);
    const told = { found: "torch of /home/anna/env on anna-laptop", count: 3, none: null, when, list: [true, "anna"] };
    expect(redact(told)).toEqual({
      found: expect.stringMatching(/^torch of ~\/env on host\d+$/),
      ...{ count: 3, none: null, when, list: [true, expect.stringMatching(/^user\d+$/)] },
    });
    expect(redact(told).when).toBe(when);
  });

  test("ids of ours stay as they are", () => {
    expect(redact({ id: "anna", status: "anna" })).toEqual({ id: "anna", status: "anna" });
  });

  test("an error stays an error of its kind", () => {
    const error = redact(Object.assign(new RangeError("no such file: /home/anna/data"), { kind: "dataset" }));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("no such file: ~/data");
    expect(error.kind).toBe("dataset");
  });

  test("equal secrets get equal placeholders in all parts of a page", () => {
    expect(redact("mail ann@example.org")).toBe(redact("mail ann@example.org"));
  });
});

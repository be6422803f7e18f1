import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.ts";
import { type Hands, liveHands } from "../../src/setup/act.ts";
import { carryOut, type Session } from "../../src/setup/session.ts";
import { withoutSudo } from "../../src/setup/shell.ts";
import { Screen } from "../../src/setup/show.ts";
import { programFolder } from "../support/cli.ts";
import { machine } from "../support/machine.ts";

const onLinux = process.platform === "linux";

/** The session of --yes on a recorded machine: commands are noted and not run. */
async function decided(name: string, uid = 1000) {
  const folder = mkdtempSync(join(tmpdir(), "envdoctor-yes-"));
  const ran: string[] = [];
  const hands: Hands = {
    run: async (argv) => {
      ran.push(argv.join(" ").replace("bash -c set -euo pipefail\n", ""));
      return { exitCode: 0, interrupted: null, tail: "" };
    },
    replace: async (path) => void ran.push(`write ${path}`),
    removeFile: async () => {},
    removeFolder: () => {},
  };
  const host = (): Host => {
    const recorded = machine(name);
    return { ...recorded, identity: { ...recorded.identity, uid } };
  };
  const session: Session = {
    ...{ host, look: {}, hands, say: () => {}, state: join(folder, "state"), self: ["envdoctor"], version: "1.0.0" },
    ...{ totalMs: 30_000, screen: new Screen({ language: "en", colour: false, width: 80, unicode: true }, uid === 0) },
  };
  const outcome = await carryOut(session, { dir: folder }, { person: null, proof: true });
  const status = Object.fromEntries(outcome.walked.results.map((result) => [result.step.id, result.status]));
  return { ran, status, verified: outcome.verified, stopped: outcome.walked.stopped };
}

describe("--yes", () => {
  test("never runs sudo for a user who is not root, and then claims no proof", async () => {
    const { ran, status, verified } = await decided("driver-not-installed");
    expect(ran).toEqual([]);
    expect(status).toEqual({ "driver-not-installed/1": "left", train: "left", bench: "left" });
    expect(verified).toBe(false);
  });

  test("as root it runs them without the word, and stops for the restart", async () => {
    const { ran, status, stopped } = await decided("driver-not-installed", 0);
    expect(ran).toEqual(["apt-get update\napt-get install -y linux-headers-6.8.0-48-generic nvidia-driver-580-open"]);
    expect(status["driver-not-installed/1"]).toBe("pending");
    expect(stopped).toBe("restart");
  });

  test("leaves what a person has to do elsewhere", async () => {
    const { ran, status } = await decided("wsl2-no-dxg");
    expect(ran).toEqual([]);
    expect(status["wsl-dev-dxg-missing/1"]).toBe("left");
  });

  test("a step after which the check still fails is no success", async () => {
    const { ran, status, stopped, verified } = await decided("cpu-wheel");
    expect(ran).toHaveLength(1);
    expect(stopped).toBe("failed");
    expect(status["train"]).toBe("left");
    expect(verified).toBe(false);
  });

  test("a machine that is ready is proved", async () => {
    const { ran, verified } = await decided("bare-metal-4090");
    expect(ran.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual(["envdoctor train", "envdoctor bench"]);
    expect(verified).toBe(true);
  });
});

test.each([
  ["sudo apt-get update", "apt-get update"],
  ["echo x | sudo tee /etc/x", "echo x | tee /etc/x"],
  ["zypper lr n || sudo zypper ar u n", "zypper lr n || zypper ar u n"],
  ["grep pseudo file", "grep pseudo file"],
])("%s as root is %s", (line, wanted) => {
  expect(withoutSudo(line)).toBe(wanted);
});

test.runIf(onLinux && process.getuid?.() === 0)(
  "a file of root's is replaced through sudo, with mode and owner",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "envdoctor-sudo-"));
    const path = join(folder, "a conf");
    writeFileSync(path, "old\n");
    const tools = programFolder("sudo", '#!/bin/sh\nexec "$@"\n');
    const before = process.env["PATH"];
    process.env["PATH"] = `${tools}:${before}`;
    try {
      const owner = { mode: 0o640, uid: 65534, gid: 65534 };
      const how = { owner, temporary: join(folder, ".new"), staging: folder, asRoot: true };
      await liveHands(() => {}).replace(path, Buffer.from("new\n"), how);
    } finally {
      process.env["PATH"] = before;
    }
    expect(readFileSync(path, "utf8")).toBe("new\n");
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65534 });
    expect(statSync(path).mode & 0o777).toBe(0o640);
  },
);

/**
 * Test machines: hosts described as JSON in test/machines/<name>.json.
 *
 *     const host = machine("wsl2-healthy");
 *     const host = machine("bare-metal-4090", { env: { CUDA_VISIBLE_DEVICES: "" } });   // with one thing changed
 *     const host = composed({ commands: { "nvidia-smi": null } });                        // described in the test
 *
 * A file is either a real snapshot (`"kind": "snapshot"`, replayed as it is, an unrecorded question is "failed") or a
 * composed machine, where all that is not described does not exist ("missing"):
 *
 *     {
 *       "about": "One sentence: what this machine is and what is wrong with it",          required
 *       "extends": "base/debian",                    test/machines/base/debian.json, which may extend another one
 *       "identity": { "platform": "linux", "release": "6.1.0-28-amd64", "uid": 0 },       rest: `defaultIdentity`
 *       "env": { "PATH": "/usr/bin:/bin", "CUDA_HOME": "/usr/local/cuda" },
 *       "commands": {
 *         "uname -r": "6.1.0-28-amd64\n",                                 text: stdout, exit code 0
 *         "nvidia-smi -q -x": ["<?xml …", "…"],                           list: lines of stdout
 *         "mokutil --sb-state": { "stdout": "…", "stderr": ["…"], "exitCode": 255 },
 *         "dmesg": { "outcome": "timeout" },                              or denied, failed, missing
 *         "/usr/bin/python3 {scripts}/look.py": "{…}",                    a program of scripts/python
 *         "sh -c \"echo hi\"": "…"                                        words with spaces are JSON strings
 *       },
 *       "files": {
 *         "/etc/os-release": ["ID=debian", "VERSION_ID=\"12\""],          text, or a list of lines (newline added to each)
 *         "/boot/blob": { "base64": "AAEC" },
 *         "/var/log/kern.log": { "trouble": "denied" }                    exists, but cannot be read
 *       },
 *       "folders": {
 *         "/usr/lib/wsl/lib": ["libcuda.so", "libcuda.so.1"],             names; empty files unless described elsewhere
 *         "/empty": [],
 *         "/root": { "trouble": "denied" }
 *       },
 *       "stats": {
 *         "/dev/nvidia0": { "kind": "char", "mode": "0666", "device": "195:0" },   rest: uid 0, gid 0, size 0;
 *         "/dev/kfd": { "kind": "char", "mode": "0660", "gid": 109 }               readable/writable follow from the mode,
 *       },                                                                         identity.uid and identity.gids
 *       "realPaths": { "/usr/lib64": "/usr/lib", "/usr/bin/python3": "/usr/bin/python3.11" },   links: link → target
 *       "spaces": { "/": { "totalBytes": 1e12, "freeBytes": 5e11 } },     holds for what lies below, nearest one first
 *       "inventory": { "controllers": [ … ], "system": { … }, "os": { … } }       Windows and macOS
 *     }
 *
 * What follows is derived: a described file, folder, stat or link exists, has parents, stands in its parent's listing
 * and has a stat; what lies below a link's target is found through the link too (files, folders, stats, not commands).
 * `identity.cwd` and `identity.home` exist. A program on PATH is a file of its own: give "/usr/bin/nvidia-smi" in
 * `files` (any text) beside the command where a probe looks for it.
 * `extends` merges objects key by key, all the way down; `null` takes an entry of the base out; lists and texts replace.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../../src/host/host.ts";
import { recordingIn } from "../../src/host/load-recording.ts";
import { recordedHost } from "../../src/host/recorded.ts";
import type { Recording } from "../../src/host/recording.ts";
import { completed, type Description, merged } from "./compose.ts";

const folder = join(import.meta.dirname, "..", "machines");

/** Names of all machines, without the bases. */
export function machineNames(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .sort();
}

/** The machine of test/machines/<name>.json, with `change` merged over it. */
export function machine(name: string, change: Description = {}): Host {
  const described = read(name);
  if (described.kind === "snapshot") return recordedHost(recordingIn(described, name));
  return composed(merged(resolved(described, name, []), change));
}

/** A machine described in place; `extends` works here too. */
export function composed(description: Description): Host {
  return recordedHost(composedRecording(description), { unrecorded: "missing" });
}

/** The full recording that a description stands for. */
export function composedRecording(description: Description): Recording {
  return completed(resolved(description, "a machine described in a test", []));
}

/** The full recording of test/machines/<name>.json. */
export function machineRecording(name: string): Recording {
  const described = read(name);
  return described.kind === "snapshot" ? recordingIn(described, name) : completed(resolved(described, name, []));
}

function read(name: string): Description & { readonly kind?: string } {
  const path = join(folder, `${name}.json`);
  const text = readFileSync(path, "utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

function resolved(described: Description, name: string, seen: readonly string[]): Description {
  const { extends: base, ...own } = described;
  if (base === undefined) return own;
  if (seen.includes(base)) throw new Error(`machine ${name} extends itself: ${[...seen, base].join(" → ")}`);
  return merged(resolved(read(base), base, [...seen, base]), own);
}

import { describe, expect, it } from "vitest";
import type { Cause } from "../../src/diagnosis/cause.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { facts, framework, python } from "./build.ts";

const torch = python("/home/ann/venv/bin/python", { frameworks: [framework("torch", "2.9.0+cu128", "12.8")] });

/** Machines on which every remedy has to keep the rules, whatever it makes of them. */
export const machines: readonly (readonly [string, Facts])[] = [
  ["nothing known", facts({})],
  ["Ubuntu, RTX 40", facts({ platform: "linux", os: "ubuntu", cards: ["8.9"], driver: "580.95.05", pythons: [torch] })],
  [
    "Debian, GTX 10",
    facts({ platform: "linux", os: "debian", cards: ["6.1"], driver: "535.104.05", pythons: [torch] }),
  ],
  ["Fedora", facts({ platform: "linux", os: "fedora", cards: ["12.0"], pythons: [torch] })],
  ["openSUSE", facts({ platform: "linux", os: "opensuse-tumbleweed", cards: ["12.0"], pythons: [torch] })],
  ["NixOS", facts({ platform: "linux", os: "nixos", cards: [], pythons: [torch] })],
  ["WSL2", facts({ platform: "linux", os: "ubuntu", wsl2: true, cards: ["8.9"], driver: "572.60", pythons: [torch] })],
  ["Windows", facts({ platform: "win32", os: "windows", cards: ["8.9"], driver: "591.86" })],
  ["macOS", facts({ platform: "darwin", os: "macos", cards: [] })],
  ["Docker", facts({ platform: "linux", os: "debian", container: "docker", cards: ["8.9"], pythons: [torch] })],
  ["Kubernetes", facts({ platform: "linux", os: "debian", container: "kubernetes" })],
  [
    "the system's Python",
    facts({ platform: "linux", os: "debian", pythons: [python("/usr/bin/python3", { environment: "system" })] }),
  ],
];

const chinese = /\p{Script=Han}/u;
const sudo = /(^|\| )sudo /;
/** A download that a shell, an interpreter or root reads as a program. */
const downloadIntoShell =
  /\b(curl|wget)\b[^\n]*\|\s*(sudo\s+)?(ba|z|da)?sh\b|\b(curl|wget)\b[^\n]*\|\s*(sudo\s+)?python/;
const globDeletion = /\b(rm|del|rmdir|Remove-Item)\b[^\n]*\*|\brm\s+-\w*r\w*\s+\/(\s|$)/;

/** What holds for each cause of a group: texts in both languages, public references, remedies that are safe to type. */
export function keepsHouseRules(causes: Readonly<Record<string, Cause>>): void {
  describe.each(Object.entries(causes))("%s", (id, cause) => {
    it("is explained in both languages, with public references", () => {
      expect(cause.id).toBe(id);
      for (const text of [cause.title, cause.explanation, cause.recognise]) {
        expect(text.en).not.toMatch(chinese);
        expect(text.zh).toMatch(chinese);
        expect(`${text.en}${text.zh}`).not.toMatch(/\{\w+\}/);
      }
      const sentences = cause.explanation.en.split(/(?<=[.!?])\s+(?=[A-Z])/).length;
      expect(sentences).toBeGreaterThanOrEqual(2);
      expect(sentences).toBeLessThanOrEqual(4);
      expect(cause.recognise.en).toMatch(/`[^`]+`|'[^']+'|"[^"]+"|\bpause\b/);
      expect(cause.references.length).toBeGreaterThan(0);
      for (const url of cause.references) expect(url).toMatch(/^https:\/\/[\w.-]+\//);
    });

    it.each(machines)("its remedies are safe to type: %s", (_, of) => {
      const remedies = cause.remedies(of);
      if (cause.harmless) expect(remedies).toEqual([]);
      for (const { title, commands, needs } of remedies) {
        expect(title.en).not.toMatch(/\{\w+\}|undefined|null|NaN/);
        expect(title.zh).toMatch(chinese);
        expect(needs.includes("sudo")).toBe(commands.some((command) => sudo.test(command)));
        expect(new Set(needs).size).toBe(needs.length);
        for (const command of commands) {
          expect(command).not.toMatch(/\n|undefined|\[object|NaN/);
          expect(command).not.toMatch(downloadIntoShell);
          expect(command).not.toMatch(globDeletion);
        }
      }
    });
  });
}

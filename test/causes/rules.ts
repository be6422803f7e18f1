/** Machines of which only the distribution, the kernel and the cards are known, and what remedies must be on each. */
import { describe, expect, test } from "vitest";
import type { Cause, Remedy } from "../../src/diagnosis/cause.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { Adapter, Facts, OsFacts, Package } from "../../src/facts/facts.ts";
import { unknownFacts } from "../../src/facts/unknown.ts";
import { flip } from "../support/check-tester.ts";
import { adapter, gtx1080, hypervisor, rtx5090, wslFacts } from "../support/facts.ts";
import { keepsHouseRules } from "./house-rules.ts";

export const unknownMachine = unknownFacts();

interface LinuxLike {
  readonly cards?: readonly Adapter[];
  readonly kernel?: string;
  readonly version?: string;
  readonly name?: string;
  readonly like?: readonly string[];
}

/** A Linux machine of which only the distribution, the kernel and the cards are known. */
export function linux(id: string, { cards, kernel, version, name, like }: LinuxLike = {}): Facts {
  const os: OsFacts = { id, name: name ?? id, version: version ?? null, like: like ?? [], build: null };
  return flip(unknownMachine, {
    system: {
      platform: value("linux"),
      os: value(os),
      arch: value("x64"),
      ...(kernel === undefined ? {} : { kernel: value(kernel) }),
    },
    ...(cards === undefined ? {} : { bus: { adapters: cards.length > 0 ? value(cards) : absent() } }),
  });
}

export function installed(facts: Facts, manager: string, ...names: readonly string[]): Facts {
  const packages: Package[] = names.map((name) => ({ name, version: null, manager }));
  return flip(facts, { driver: { packages: value(packages) } });
}

export const debian12 = (...cards: readonly Adapter[]): Facts =>
  linux("debian", { cards, version: "12", name: "Debian GNU/Linux 12", kernel: "6.1.0-25-amd64" });
export const ubuntu2404 = (...cards: readonly Adapter[]): Facts =>
  linux("ubuntu", { cards, version: "24.04", name: "Ubuntu 24.04", kernel: "6.8.0-45-generic", like: ["debian"] });
export const windows11 = flip(unknownMachine, {
  system: {
    platform: value("win32"),
    os: value({ id: "windows", name: "Windows 11", version: "11", like: [], build: 22631 }),
  },
});
export const macos = flip(unknownMachine, { system: { platform: value("darwin") } });
export const wslUbuntu = flip(ubuntu2404(), { wsl: value(wslFacts()) });

const machines: Readonly<Record<string, Facts>> = {
  "nothing known": unknownMachine,
  "Debian with an RTX 5090": debian12(rtx5090),
  "Ubuntu with a GTX 1080": ubuntu2404(gtx1080),
  Fedora: linux("fedora", { cards: [adapter()], version: "42", kernel: "6.14.4-300.fc42.x86_64" }),
  Rocky: linux("rocky", { cards: [adapter()], version: "9.4", like: ["rhel"] }),
  Arch: linux("arch", { cards: [adapter()], kernel: "6.12.8-arch1-1" }),
  openSUSE: linux("opensuse-leap", { cards: [gtx1080], version: "15.6", kernel: "6.4.0-150600.23.25-default" }),
  NixOS: linux("nixos", { cards: [adapter()] }),
  "no card": debian12(),
  "WSL with a Linux driver": installed(wslUbuntu, "dpkg", "nvidia-driver-535", "libnvidia-compute-535"),
  Windows: windows11,
  macOS: macos,
  VirtualBox: flip(debian12(), { hypervisor: value(hypervisor("virtualbox")) }),
  "hostile names": installed(
    linux("debian", { kernel: "6.1; reboot", cards: [adapter()] }),
    "dpkg",
    "a;reboot",
    "-o=x",
  ),
};

/** All remedies on every machine of the table above. */
function remediesEverywhere(cause: Cause): { machine: string; remedy: Remedy }[] {
  return Object.entries(machines).flatMap(([machine, facts]) =>
    cause.remedies(facts).map((remedy) => ({ machine, remedy })),
  );
}

/** The rules of the catalogue for one group of causes, on the machines above as well. */
export function describeRules(causes: Readonly<Record<string, Cause>>): void {
  keepsHouseRules(causes);
  describe.each(Object.entries(causes))("%s, on many machines", (_, cause) => {
    test("has a remedy unless it is harmless", () => {
      expect(cause.remedies(unknownMachine).length > 0).toBe(!cause.harmless);
    });

    test("says what its remedies need, and types nothing dangerous", () => {
      for (const { machine, remedy } of remediesEverywhere(cause)) {
        expect(`${remedy.title.en}${remedy.title.zh}`, machine).not.toMatch(/undefined|\[object|\{\w+\}/);
        expect(remedy.needs.includes("sudo")).toBe(remedy.commands.some((command) => /\bsudo\b/.test(command)));
        for (const command of remedy.commands) {
          expect(command, machine).not.toMatch(/(curl|wget)[^\n]*\|\s*(sudo )?(ba|z)?sh/);
          expect(command, machine).not.toMatch(/\brm\s+-\w*r|\b(rm|remove|purge|erase|-R)\b[^|]*\*/);
          expect(command, machine).not.toMatch(/[\n\r]|undefined|null|NaN|;\s*reboot|-o=x/);
        }
      }
    });
  });
}

/** Commands of all remedies, flat: what a person would see to type. */
export function commandsOf(cause: Cause, facts: Facts): readonly string[] {
  return cause.remedies(facts).flatMap((remedy) => remedy.commands);
}

export function titlesOf(cause: Cause, facts: Facts): string {
  return cause
    .remedies(facts)
    .map((remedy) => remedy.title.en)
    .join("\n");
}

import type { CauseId } from "../../checks/causes/ids.ts";
import type { Evidence } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import type { Said } from "../text/message.ts";

/**
 * A root cause, explained and mended in one place: what it is, how it is recognised, which texts betray it, and the
 * remedy as data. `check`, `explain`, `causes` and the documentation all read this.
 */
export interface Cause<Id extends CauseId = CauseId> {
  readonly id: Id;
  readonly group: CauseGroup;
  readonly title: Said;
  /** What is wrong and why it has the effect it has; two to four sentences. */
  readonly explanation: Said;
  /** How a person recognises it: the command to run and what it shows. Also tells it from its neighbours. */
  readonly recognise: Said;
  /** It looks like a fault and is none; there is nothing to mend. */
  readonly harmless?: true;
  /** The machine has no such hardware, or cannot have it: nothing on this machine is broken. */
  readonly hardware?: true;
  /** Vendor documentation or issue threads. */
  readonly references: readonly string[];
  readonly clues: readonly Clue[];
  /**
   * What mends it, best first, fitted to the facts: the exact package, index URL or command for this card, driver,
   * Python and OS. With nothing known it gives one remedy for each platform concerned.
   */
  readonly remedies: (facts: Facts) => readonly Remedy[];
}

export type CauseGroup = "machine" | "wsl" | "vm" | "driver" | "container" | "frameworks" | "workers";

export interface Remedy {
  readonly title: Said;
  /** Lines to type, in order; empty where it is done by hand (BIOS, a dialog) and `title` says what to do. */
  readonly commands: readonly string[];
  readonly where: "linux" | "windows" | "macos" | "guest" | "host" | "any";
  readonly needs: readonly Need[];
}

export type Need = "sudo" | "administrator" | "network" | "reboot" | "new-terminal" | "relogin" | "downtime";

/** A text signature of the cause. */
export interface Clue {
  /** Matches in the text, after ANSI codes, quotes and timestamps are taken off. Must run in linear time. */
  readonly pattern: RegExp;
  /** 0…1: how sure the cause is, if this is all that the text says. */
  readonly weight: number;
  /** Where the message comes from: source file, documentation or issue thread. */
  readonly source: string;
  /** The clue counts only where this (every one of these) matches somewhere in the text, too. */
  readonly together?: RegExp | readonly RegExp[];
  /** The clue does not count where this matches somewhere in the text. */
  readonly unless?: RegExp;
  /** The clue counts only where the text, or the machine, shows one of these settings. */
  readonly on?: readonly Setting[];
  /** The clue does not count in these settings. */
  readonly notOn?: readonly Setting[];
  /**
   * It tells how the machine is, not what went wrong: it does not count where the text complains of something that has
   * nothing to do with the GPU.
   */
  readonly state?: true;
  /** Causes that are no longer likely where this clue is found. */
  readonly rulesOut?: readonly CauseId[];
}

/**
 * Where a text comes from, as far as it tells: the same words mean another thing there. `windows` is Windows itself,
 * not WSL; `vm` a guest of a hypervisor; `amd` a machine whose framework or driver speaks ROCm.
 */
export type Setting = "wsl" | "wsl1" | "container" | "vm" | "windows" | "macos" | "amd";

/** A cause that a check or a text suspects, with what it rests on. */
export interface Suspicion {
  readonly cause: CauseId;
  /** 0…1 */
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
}

/** Types a cause: its id must be of the vocabulary, and nothing may be left out. */
export function cause<const Id extends CauseId>(of: Cause<Id>): Cause<Id> {
  return of;
}

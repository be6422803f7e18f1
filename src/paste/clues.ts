import { gpuTrouble, otherTrouble } from "../../checks/causes/clues/words.ts";
import type { CauseId } from "../../checks/causes/ids.ts";
import type { Clue, Setting } from "../diagnosis/cause.ts";
import type { Haystack, Place } from "./search.ts";

/** A clue that was found in the text, and where. */
export interface Finding {
  readonly cause: CauseId;
  readonly clue: Clue;
  readonly place: Place;
}

/** All clues of the catalogue that this text holds, in this setting. */
export function findClues(
  text: Haystack,
  settings: ReadonlySet<Setting>,
  clues: Iterable<readonly [CauseId, readonly Clue[]]>,
): Finding[] {
  const found: Finding[] = [];
  const elsewhere = isAboutElse(text);
  for (const [cause, ofCause] of clues) {
    for (const clue of ofCause) {
      if (!fits(clue, settings) || (clue.state && elsewhere)) continue;
      const place = text.find(clue.pattern);
      if (place === null || !holds(clue, text)) continue;
      found.push({ cause, clue, place });
    }
  }
  return found;
}

/** Does the text complain, and of something else than the GPU? Then what it tells of the machine is no answer to it. */
export function isAboutElse(text: Haystack): boolean {
  return text.has(otherTrouble) && !text.has(gpuTrouble);
}

function fits(clue: Clue, settings: ReadonlySet<Setting>): boolean {
  if (clue.on && !clue.on.some((setting) => settings.has(setting))) return false;
  return !clue.notOn?.some((setting) => settings.has(setting));
}

function holds(clue: Clue, text: Haystack): boolean {
  const together = clue.together === undefined ? [] : clue.together instanceof RegExp ? [clue.together] : clue.together;
  return together.every((pattern) => text.has(pattern)) && !(clue.unless && text.has(clue.unless));
}

import { type Said, verbatim } from "../text/message.ts";
import type { Remedy } from "./cause.ts";

/** Lines that are typed one after the other read as one command up to this many. */
const mostJoined = 3;

/** What the first remedy asks to be done next, in one line: its command, or its title where it is no one command. */
export function nextStep(fix: readonly Remedy[]): Said | null {
  const first = fix[0];
  if (first === undefined) return null;
  const { commands, where, title } = first;
  if (commands.length === 1) return verbatim(commands[0] ?? "");
  // "any" with several lines is code to paste into the training script.
  if (commands.length === 0 || commands.length > mostJoined || where === "any") return title;
  return verbatim(commands.join(where === "windows" ? "; " : " && "));
}

/**
 * A page is made to be passed on, so all of it is redacted as a snapshot of the same machine would be. The own home
 * folder becomes `~`, and in commands `$HOME`, which bash and PowerShell both know: what is copied from the page still
 * works on its machine.
 */
import type { Recording } from "../../host/recording.ts";
import { type KnownNames, redactorFor } from "../../host/redact.ts";

/** The machine of a page, as far as it tells whose it is. */
export interface Subject {
  /** What the host was asked and said. */
  readonly recording: Recording;
  /** Names that the caller knows from elsewhere. */
  readonly known?: KnownNames;
}

export type Redact = <T>(data: T) => T;

/** Keys of ids and states of ours, and of what the catalogue says of every machine alike. */
const ours = new Set(["id", "state", "status", "layer", "impact", "kind", "blockedBy", "cause"]);
const commandKeys = new Set(["commands", "next"]);

/** Takes names and secrets out of plain data, errors and dates; equal ones get equal placeholders. */
export function redactor({ recording, known }: Subject): Redact {
  const clean = redactorFor(recording, known);
  const home = homePattern(recording.identity.home);
  const hide = (text: string, inCommand: boolean): string =>
    clean(home === null ? text : withoutHome(text, home, inCommand));
  return (data) => mapTexts(data, hide, false) as typeof data;
}

/** Matches the home folder as the beginning of a path or a whole one. "/" alone is nobody's. */
function homePattern(home: string): string | null {
  const trimmed = home.replace(/[\\/]+$/, "");
  if (trimmed.length < 4) return null;
  return `${trimmed.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&")}`;
}

function withoutHome(text: string, home: string, inCommand: boolean): string {
  const path = `(?<![\\w.~-])${home}(?=[\\\\/\\s:;,"'\`)\\]]|$)`;
  if (!inCommand) return text.replace(new RegExp(path, "giu"), "~");
  // Between single quotes a shell would leave the variable as it is.
  const quoted = new RegExp(`'${home}((?:[\\\\/][^'"$\`]{0,4096})?)'`, "giu");
  return text.replace(quoted, '"$$HOME$1"').replace(new RegExp(path, "giu"), "$$HOME");
}

function mapTexts(data: unknown, hide: (text: string, inCommand: boolean) => string, inCommand: boolean): unknown {
  if (typeof data === "string") return hide(data, inCommand);
  if (Array.isArray(data)) return data.map((one) => mapTexts(one, hide, inCommand));
  if (data instanceof Error) {
    const copy = Object.assign(Object.create(Object.getPrototypeOf(data)), data);
    return Object.defineProperty(copy, "message", { value: hide(data.message, false) });
  }
  if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      ours.has(key) ? value : mapTexts(value, hide, inCommand || commandKeys.has(key)),
    ]),
  );
}

import { type Evidence, type Fact, notTold, value } from "../../facts/fact.ts";
import type {
  BusFacts,
  CudaFacts,
  DriverFacts,
  Facts,
  LibraryFacts,
  LimitFacts,
  SystemFacts,
} from "../../facts/facts.ts";
import { unknownFacts } from "../../facts/unknown.ts";
import { type Haystack, shorten } from "../search.ts";

type Open<T> = { -readonly [Key in keyof T]: T[Key] };

/** Facts while the readers still fill them in. */
export interface Told extends Open<Omit<Facts, "system" | "bus" | "driver" | "libraries" | "cuda" | "limits">> {
  system: Open<SystemFacts>;
  bus: Open<BusFacts>;
  driver: Open<DriverFacts>;
  libraries: Open<LibraryFacts>;
  cuda: Open<CudaFacts>;
  limits: Open<LimitFacts>;
}

/** Reads one kind of output out of the text; leaves untouched what the text does not tell. */
export type Reader = (text: Haystack, told: Told) => void;

export function nothingTold(): Told {
  return unknownFacts(notTold) as Told;
}

/** Where a fact was read. */
export function at(text: Haystack, pattern: RegExp, source: string): Evidence[] {
  const place = text.find(pattern);
  return place ? [{ source, excerpt: place.excerpt, line: place.line }] : [];
}

/** A group of the first match, as a fact; undefined where the text has no such thing. */
export function group(text: Haystack, pattern: RegExp, number = 1): string | undefined {
  return text.match(pattern)?.[number]?.trim() || undefined;
}

export function factOf<T>(of: T, evidence: readonly Evidence[]): Fact<T> {
  return value(of, ...evidence.map((one) => ({ ...one, excerpt: shorten(one.excerpt) })));
}

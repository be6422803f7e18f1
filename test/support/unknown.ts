import { type Fact, unknown as unknownFact } from "../../src/facts/fact.ts";
import { verbatim } from "../../src/text/message.ts";

/** An unknown fact whose reason matters to nobody but the test. */
export function unknown(why: string): Fact<never> {
  return unknownFact(verbatim(why));
}

import type { CauseId } from "../../checks/causes/ids.ts";
import { causeIds } from "../../checks/causes/ids.ts";
import { catalogue } from "../../checks/causes/index.ts";
import type { CommonOptions } from "../cli/options.ts";
import { unknownFacts } from "../facts/unknown.ts";
import { causeList, causePage, causesMarkdown } from "../report/causes.ts";
import { explainedCause } from "../report/check-report.ts";
import { message } from "../text/message.ts";
import { nearest } from "../text/nearest.ts";
import { UsageError } from "../usage-error.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";

const texts = {
  unknown: message(
    "unknown cause '{id}'{near}. 'envdoctor causes' lists them all",
    "未知原因 '{id}'{near}。'envdoctor causes' 列出全部原因",
  ),
};

/** `envdoctor causes [ID]`: the catalogue, or one cause of it with its remedies for every platform. */
export async function causes(id: string | undefined, options: CommonOptions): Promise<void> {
  if (id !== undefined && !isCause(id)) {
    throw new UsageError(texts.unknown({ id, near: nearest(id, causeIds) }));
  }
  const chosen = id === undefined ? causeIds.map((each) => catalogue[each]) : [catalogue[id]];
  const look = lookOf(options);
  switch (formatOf(options)) {
    case "json": {
      const facts = unknownFacts();
      const reported = chosen.map((cause) => ({
        ...explainedCause(cause, cause.harmless ? [] : cause.remedies(facts), "en"),
        group: cause.group,
        recognise: cause.recognise.en,
      }));
      await writeReport(json({ schemaVersion: 1, kind: "causes", causes: reported }), options);
      return;
    }
    case "markdown":
      await writeReport(causesMarkdown(chosen, look.language), options);
      return;
    default:
      await writeReport(id === undefined ? causeList(chosen, look) : causePage(catalogue[id], look), options);
  }
}

function isCause(id: string): id is CauseId {
  return (causeIds as readonly string[]).includes(id);
}

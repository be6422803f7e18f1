import { unreachable } from "../../checks/causes/clues/words.ts";
import { compareDotted } from "../../checks/compatibility.ts";
import builds from "../../checks/data/torch-builds.json" with { type: "json" };
import type { Suspicion } from "../diagnosis/cause.ts";
import { suspect } from "../diagnosis/check.ts";
import type { Haystack } from "./search.ts";

/** "Could not find a version that satisfies the requirement torch==1.13.1 (from versions: 2.6.0, 2.7.0)" */
const refused =
  /satisfies the requirement (?:torch|torchvision|torchaudio|tensorflow|tensorflow-gpu|tensorflow-cpu|jaxlib|triton)\b(?:={2,3}|~=)?([\d.]{0,12})[^\n(]{0,40}\(from versions: ([^\n)]{1,4000})/;
const askedIndex = /whl\/((?:cu|rocm|xpu)[\w.]{2,8})/;
const tags = new Set(builds.releases.flatMap((release) => release.cuda.map(({ tag }) => tag)));

/**
 * pip lists only what has a wheel for this Python: an empty list, or one that begins above the version that was asked
 * for, tells of a Python that the release does not know. One that ends below it may also tell of a release still to come.
 */
export function judgePip(text: Haystack): Suspicion[] {
  const found = text.match(refused);
  if (!found || text.has(unreachable)) return [];
  const [, wanted = "", listed = ""] = found;
  const versions = listed.split(/,\s*/).filter((version) => /^\d/.test(version));
  const index = text.match(askedIndex)?.[1];
  const nothing = versions.length === 0 && (index === undefined || isTag(index));
  const lowest = versions[0];
  const older = wanted !== "" && lowest !== undefined && compareDotted(release(wanted), release(lowest)) < 0;
  if (!nothing && !older) return [];
  const place = text.find(refused);
  const evidence = place ? [{ source: "text", excerpt: place.excerpt, line: place.line }] : [];
  return [suspect("python-version-unsupported", 0.8, ...evidence)];
}

function isTag(index: string): boolean {
  return tags.has(index) || /^cu(?:9\d|10[0-2]|11[0-8]|12[14])$/.test(index);
}

const release = (version: string): string => /^\d+(?:\.\d+){0,2}/.exec(version)?.[0] ?? "0";

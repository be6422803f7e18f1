import { createHash } from "node:crypto";

/** Script and style sheets of a page, put in when the program is built; elsewhere not defined. */
declare const PAGE_ASSETS: PageAssets | undefined;

interface PageAssets {
  /** Copying, and what printing needs. */
  readonly page: string;
  readonly charts: string;
  readonly style: string;
  readonly chartStyle: string;
}

/** Sources that run unbuilt, as unit tests do, make pages without script and style. */
export const assets: PageAssets =
  typeof PAGE_ASSETS === "undefined" ? { page: "", charts: "", style: "", chartStyle: "" } : PAGE_ASSETS;

/** Names exactly this text in a Content-Security-Policy. */
export function policyHash(text: string): string {
  return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

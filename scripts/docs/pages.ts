import { causeIds } from "../../checks/causes/ids.ts";
import { catalogue } from "../../checks/causes/index.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { causesMarkdown } from "../../src/report/causes.ts";
import { version } from "../../src/version.ts";
import { checksPage } from "./checks.ts";
import { commandHelps } from "./command-help.ts";
import { jsonPage } from "./json.ts";
import { manPage } from "./man.ts";

const causes = causeIds.map((id) => catalogue[id]);

/** Every page that is generated, by its path in the repository. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  "checks/causes/README.md": () => causesMarkdown(causes, "en"),
  "checks/README.md": checksPage,
  "src/report/README.md": jsonPage,
  "envdoctor.1": () => manPage(commandHelps(buildProgram("en")), version),
};

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { causeIds } from "../../checks/causes/ids.ts";
import { checks } from "../../checks/index.ts";
import { type Check, layers } from "../../src/diagnosis/check.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { gatherFacts } from "../../src/facts/gather.ts";
import { machine, machineNames } from "../../test/support/machine.ts";

type Layer = (typeof layers)[number];

const layerTitles: Readonly<Record<Layer, string>> = {
  machine: "Machine",
  bus: "Bus",
  "kernel-module": "Kernel module",
  "device-nodes": "Device nodes",
  "driver-api": "Driver API",
  libraries: "Libraries",
  frameworks: "Frameworks",
  workers: "Workers",
};

const impacts: Readonly<Record<Check["impact"], string>> = {
  training: "nothing trains",
  gpu: "no training on the GPU",
  speed: "slower than it could be",
  none: "nothing; worth knowing",
};

const head = `# Checks

What \`envdoctor check\` judges, layer by layer: what fails on one layer explains what fails above it. \`--only\` and \`--skip\` take
these ids. *Looks at* are the facts (\`src/facts/facts.ts\`) that the check reads on the test machines; *names* are the
[root causes](causes/README.md) that it can name; *after* are the checks whose failure makes it moot. What no longer can be told where one question to the machine gets no
answer is in [FACTS.md](FACTS.md).
Written by \`npm run docs\` from the checks.
`;

/** checks/README.md */
export async function checksPage(): Promise<string> {
  const facts = await Promise.all(machineNames().map((name) => gatherFacts(machine(name))));
  const files = new Map(checkFiles().map((path) => [path, readFileSync(path, "utf8")]));
  const sections = layers.map((layer) => {
    const own = checks.filter((check) => check.layer === layer);
    return [`## ${layerTitles[layer]}\n`, ...own.map((check) => section(check, sourceOf(check, files), facts))].join(
      "\n",
    );
  });
  return [head, ...sections].join("\n");
}

function section(check: Check, source: Source, machines: readonly Facts[]): string {
  const reads = [...new Set(machines.flatMap((facts) => readsOf(check, facts)))].sort();
  const names = causeIds.filter((id) => source.text.includes(`"${id}"`));
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ["a failure costs", [impacts[check.impact]]],
    ["looks at", reads.map((name) => `\`${name}\``)],
    ["names", names.map((id) => `[${id}](causes/README.md#${id})`)],
    ["after", check.after],
  ];
  const told = lines
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `- ${name}: ${values.join(", ")}`);
  return `### ${check.id}\n\n[${check.title.en}](${source.path})\n\n${told.join("\n")}\n`;
}

const folder = fileURLToPath(new URL("../../checks/", import.meta.url));

function checkFiles(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && name.includes("/") && !name.startsWith("causes/"))
    .map((name) => join(folder, name));
}

interface Source {
  /** Relative to checks/. */
  readonly path: string;
  /** Of the check's file and of the helpers beside it, where causes are named. */
  readonly text: string;
}

function sourceOf(check: Check, files: ReadonlyMap<string, string>): Source {
  const found = [...files].find(
    ([, text]) => text.includes("export default check({") && text.includes(`id: "${check.id}"`),
  );
  if (!found) throw new Error(`no file below checks/ holds the check ${check.id}`);
  const [path, text] = found;
  const beside = [...text.matchAll(/from "\.\/([\w-]+\.ts)"/g)].map(
    ([, name = ""]) => files.get(join(path, "..", name)) ?? "",
  );
  const helpers = beside.filter((helper) => !helper.includes("export default check({"));
  return { path: path.slice(folder.length), text: [text, ...helpers].join("\n") };
}

/** Facts that the check asks for on this machine: "wsl", "driver.module". */
function readsOf(check: Check, facts: Facts): string[] {
  const seen: string[] = [];
  const watched = watch(facts, (name) => seen.push(name));
  if (check.appliesTo?.(watched) ?? true) check.judge(watched);
  return seen;
}

function watch(facts: Facts, read: (name: string) => void): Facts {
  return new Proxy(facts, {
    get(target, subject: keyof Facts & string) {
      const value: object = target[subject];
      if ("state" in value) {
        read(subject);
        return value;
      }
      return new Proxy(value, {
        get(parts, part) {
          if (typeof part === "string") read(`${subject}.${part}`);
          return Reflect.get(parts, part);
        },
      });
    },
  });
}

import { z } from "zod";
import { causeIds } from "../../checks/causes/ids.ts";
import { schemas } from "../../src/report/schemas.ts";

type Schema = z.core.JSONSchema.JSONSchema;

/** What is not written by the command of its name. */
const writers: Readonly<Record<string, string>> = {
  policy: "The file that `envdoctor preflight --policy` reads and `--pin` writes (TOML).",
};

const head = `# JSON formats

What the machine formats hold. Ids of causes and checks are stable, texts are in English, \`null\` is a value that is not known or not
there. A field that is not listed is not written; a change of a shape raises \`schemaVersion\`. The same as JSON Schemas comes with
the package, in \`dist/schemas\`. Written by \`npm run docs\` from \`schemas.ts\`.
`;

/** src/report/README.md */
export function jsonPage(): string {
  const whole = new Map(Object.entries(schemas).map(([name, schema]) => [name, plain(schema)] as const));
  const known = new Map([...whole].map(([name, schema]) => [JSON.stringify(schema), `the shape of ${name}`] as const));
  const sections = [...whole].map(([name, schema]) => {
    const writer = writers[name] ?? `What \`envdoctor ${name.replaceAll("-", " ")} --json\` writes.`;
    const others = new Map([...known].filter(([key]) => key !== JSON.stringify(schema)));
    return `## ${name}\n\n${writer}\n\n\`\`\`ts\n${shape(schema, others, 0)}\n\`\`\`\n`;
  });
  return [head, ...sections].join("\n");
}

function plain(schema: z.ZodType): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return rest;
}

/** A schema in the notation of TypeScript, which is short. */
function shape(schema: Schema | boolean | undefined, known: ReadonlyMap<string, string>, depth: number): string {
  if (typeof schema !== "object") return "unknown";
  const other = known.get(JSON.stringify(schema));
  if (other !== undefined) return `/* ${other} */`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return choice(schema.enum);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.map((one) => shape(one, known, depth)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  switch (schema.type) {
    case "object":
      return object(schema, known, depth);
    case "array": {
      const items = Array.isArray(schema.items) ? undefined : schema.items;
      const inner = shape(items, known, depth);
      return / \| /.test(inner) && !inner.startsWith("{") ? `(${inner})[]` : `${inner}[]`;
    }
    case undefined:
      return "unknown";
    default:
      return String(schema.type);
  }
}

function choice(values: readonly unknown[]): string {
  const ids = values.length === causeIds.length && causeIds.every((id, at) => values[at] === id);
  return ids ? "CauseId" : values.map((value) => JSON.stringify(value)).join(" | ");
}

function object(schema: Schema, known: ReadonlyMap<string, string>, depth: number): string {
  const inside = "  ".repeat(depth + 1);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `${inside}${key}${schema.required?.includes(name) ? "" : "?"}: ${shape(field, known, depth + 1)};`;
  });
  if (typeof schema.additionalProperties === "object") {
    fields.push(`${inside}[name: string]: ${shape(schema.additionalProperties, known, depth + 1)};`);
  }
  return fields.length === 0 ? "{}" : `{\n${fields.join("\n")}\n${"  ".repeat(depth)}}`;
}

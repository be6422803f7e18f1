import { describe, expect, test } from "vitest";
import { known } from "../../src/facts/fact.ts";
import { nodeProbe, parsePackageVersion } from "../../src/facts/node.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

async function tfjs(description: Description) {
  const node = known(await nodeProbe.look(composed(description), {}, {}));
  return node?.tfjs;
}

const linux = "/home/user/project/node_modules/@tensorflow/tfjs-node-gpu";
const windows = "C:\\Users\\user\\project\\node_modules\\@tensorflow\\tfjs-node-gpu";
const manifest = '{"name": "@tensorflow/tfjs-node-gpu", "version": "4.22.0"}';

interface Case {
  readonly name: string;
  readonly host: Description;
  /** version, binding and library: a path, "absent" or "unknown". */
  readonly found: readonly (readonly [string, string, string])[];
}

const cases: readonly Case[] = [
  {
    name: "complete on Linux",
    host: {
      files: {
        [`${linux}/package.json`]: manifest,
        [`${linux}/lib/napi-v8/tfjs_binding.node`]: "",
        [`${linux}/deps/lib/libtensorflow.so.2`]: "",
      },
    },
    found: [["4.22.0", `${linux}/lib/napi-v8/tfjs_binding.node`, `${linux}/deps/lib/libtensorflow.so.2`]],
  },
  {
    name: "install script did not run",
    host: { files: { [`${linux}/package.json`]: manifest } },
    found: [["4.22.0", "absent", "absent"]],
  },
  {
    name: "library not downloaded",
    host: { files: { [`${linux}/package.json`]: manifest, [`${linux}/lib/napi-v8/tfjs_binding.node`]: "" } },
    found: [["4.22.0", `${linux}/lib/napi-v8/tfjs_binding.node`, "absent"]],
  },
  {
    name: "the DLL in the folder of another Node-API version",
    host: {
      identity: { platform: "win32" },
      files: {
        [`${windows}\\package.json`]: manifest,
        [`${windows}\\lib\\napi-v8\\tfjs_binding.node`]: "",
        [`${windows}\\lib\\napi-v9\\tensorflow.dll`]: "",
        [`${windows}\\deps\\lib\\tensorflow.dll`]: "",
      },
    },
    found: [["4.22.0", `${windows}\\lib\\napi-v8\\tfjs_binding.node`, "absent"]],
  },
  {
    name: "the DLL beside the binding",
    host: {
      identity: { platform: "win32" },
      files: {
        [`${windows}\\package.json`]: manifest,
        [`${windows}\\lib\\napi-v8\\tfjs_binding.node`]: "",
        [`${windows}\\lib\\napi-v8\\tensorflow.dll`]: "",
      },
    },
    found: [["4.22.0", `${windows}\\lib\\napi-v8\\tfjs_binding.node`, `${windows}\\lib\\napi-v8\\tensorflow.dll`]],
  },
  {
    name: "folders that may not be read",
    host: {
      files: { [`${linux}/package.json`]: manifest },
      folders: { [`${linux}/lib`]: { trouble: "denied" }, [`${linux}/deps/lib`]: { trouble: "denied" } },
    },
    found: [["4.22.0", "unknown", "unknown"]],
  },
  {
    name: "both packages, one of them further up",
    host: {
      files: {
        [`${linux}/package.json`]: manifest,
        "/home/user/node_modules/@tensorflow/tfjs-node/package.json": '{"version": "4.20.0"}',
      },
    },
    found: [
      ["4.22.0", "absent", "absent"],
      ["4.20.0", "absent", "absent"],
    ],
  },
];

describe("tfjs-node", () => {
  test.each(cases)("$name", async ({ host, found }) => {
    const packages = await tfjs(host);
    const shown = packages?.state === "value" ? packages.value : [];
    const word = (fact: (typeof shown)[number]["binding"]) => (fact.state === "value" ? fact.value : fact.state);
    expect(shown.map(({ version, binding, library }) => [version, word(binding), word(library)])).toEqual(found);
  });

  test.each<[string, Description]>([
    ["nothing installed", {}],
    ["a manifest that is not JSON", { files: { [`${linux}/package.json`]: "\u0000{" } }],
    ["a manifest without version", { files: { [`${linux}/package.json`]: "[1]" } }],
  ])("absent: %s", async (_, host) => expect(await tfjs(host)).toEqual({ state: "absent" }));
});

describe("whose tfjs-node it is", () => {
  const name = "@tensorflow/tfjs-node-gpu";
  const projects: [string, string | null, boolean][] = [
    ["a project that depends on it", `{"name": "net", "dependencies": {"${name}": "^4.22.0"}}`, true],
    ["a project that develops with it", `{"devDependencies": {"${name}": "^4.22.0"}}`, true],
    ["a folder without package.json", null, true],
    ["a project that has it through envdoctor", '{"name": "net", "devDependencies": {"envdoctor": "^1.0.0"}}', false],
    ["envdoctor's own checkout", `{"name": "envdoctor", "optionalDependencies": {"${name}": "^4.22.0"}}`, false],
    ["a package.json that cannot be read", "{", true],
  ];
  test.each(projects)("%s", async (_, project, counts) => {
    const files = { [`${linux}/package.json`]: manifest, "/home/user/project/package.json": project };
    const found = await tfjs({ files });
    expect(found?.state).toBe(counts ? "value" : "absent");
  });
});

test("Node itself is what runs us", async () => {
  const host = composed({ identity: { node: { version: "24.1.0", napi: "10", execPath: "/usr/bin/node" } } });
  expect(known(await nodeProbe.look(host, {}, {}))).toMatchObject({ version: "24.1.0", napi: "10" });
});

test.each([
  ['{"version": "1.2.3"}', "1.2.3"],
  ['{"version": 1}', undefined],
  ["null", undefined],
])("version of %s", (text, version) => expect(parsePackageVersion(text)).toBe(version));

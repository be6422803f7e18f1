/** tfjs-node-gpu: linked, broken in the ways its users report, and put back as it was. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { CauseId } from "../../checks/causes/ids.ts";
import { runCli, temporaryFolder } from "../support/cli.ts";
import { type LinkedTfjs, linkedTfjs, linkScript } from "../support/tensorflow.ts";
import { trainReportOf } from "../support/train.ts";

let linked: LinkedTfjs | null = null;
beforeAll(() => {
  linked = linkedTfjs();
}, 900_000);

/** A project with a tfjs-node-gpu of its own to break; all other packages are those of the linked one. */
function copyOf(of: LinkedTfjs): { project: string; package: string } {
  const project = temporaryFolder();
  const [from, to] = [join(of.project, "node_modules"), join(project, "node_modules")];
  mkdirSync(join(to, "@tensorflow"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== "@tensorflow" && !name.startsWith(".")) symlinkSync(join(from, name), join(to, name));
  }
  for (const name of readdirSync(join(from, "@tensorflow"))) {
    if (name !== "tfjs-node-gpu") symlinkSync(join(from, "@tensorflow", name), join(to, "@tensorflow", name));
  }
  const copy = join(to, "@tensorflow", "tfjs-node-gpu");
  cpSync(of.package, copy, { recursive: true, verbatimSymlinks: true });
  cpSync(join(of.project, "package.json"), join(project, "package.json"));
  return { project, package: copy };
}

const binding = (folder: string): string => join(folder, "lib", "napi-v8", "tfjs_binding.node");

/** An addon of the old kind says by a number which Node it was built for. */
const oldAddon = `#include <cstddef>
extern "C" {
struct node_module { int nm_version; unsigned nm_flags; void* dso; const char* file; void* reg; void* creg; const char* name; void* priv; void* link; };
void node_module_register(void*);
}
static node_module mod = {93, 0, NULL, "tfjs.cc", NULL, (void*)1, "tfjs_binding", NULL, NULL};
__attribute__((constructor)) static void reg() { node_module_register(&mod); }
`;

function buildForNode16(folder: string): void {
  const source = join(temporaryFolder(), "old.cc");
  writeFileSync(source, oldAddon);
  rmSync(binding(folder));
  execFileSync(process.env["CXX"] ?? "c++", ["-shared", "-fPIC", "-o", binding(folder), source], { stdio: "pipe" });
}

const breakages: [string, (folder: string) => void, CauseId][] = [
  ["no binding at all", (folder) => rmSync(join(folder, "lib"), { recursive: true }), "tfjs-binding-missing"],
  [
    "a binding for a Node-API that this Node does not ask for",
    (folder) => renameSync(join(folder, "lib", "napi-v8"), join(folder, "lib", "napi-v3")),
    "tfjs-binding-missing",
  ],
  ["a binding for another Node", buildForNode16, "tfjs-binding-missing"],
  [
    "libtensorflow is gone",
    (folder) => {
      rmSync(join(folder, "deps", "lib"), { recursive: true });
      rmSync(join(folder, "envdoctor-link.json"));
    },
    "tfjs-binding-dll-missing",
  ],
  [
    "a binding that was cut in the download",
    (folder) => {
      const whole = readFileSync(binding(folder));
      rmSync(binding(folder));
      writeFileSync(binding(folder), whole.subarray(0, whole.length >> 1));
    },
    "framework-crashes",
  ],
  [
    "functions that Node 23 removed, before the polyfill",
    (folder) => {
      const file = join(folder, "dist", "nodejs_kernel_backend.js");
      const code = readFileSync(file, "utf8");
      writeFileSync(file, code.replace('require("util")', '{ ...require("util"), isNullOrUndefined: undefined }'));
    },
    "node-version-unsupported",
  ],
];

describe("a tfjs-node-gpu with", () => {
  test.each(breakages)("%s", async (_, breakIt, cause) => {
    if (linked === null) return;
    const copy = copyOf(linked);
    breakIt(copy.package);
    const run = await runCli(["train", "--engine", "tfjs-node-gpu", "--json"], { cwd: copy.project });
    const report = trainReportOf(run);
    expect(report.causes[0]?.id).toBe(cause);
    expect(report.causes[0]?.fix.length).toBeGreaterThan(0);
    expect(report.success).toBe(false);
    expect(run.code).toBe(1);
  });
});

test("a Node that lacks what Node 23 removed gets it back, and trains", async () => {
  if (linked === null) return;
  const removal = join(temporaryFolder(), "node-23.cjs");
  writeFileSync(removal, 'const util = require("util"); delete util.isNullOrUndefined; delete util.isArray;');
  const env = { NODE_OPTIONS: `--require=${removal}` };
  const args = ["train", "--engine", "tfjs-node-gpu", "--device", "cpu", "--json"];
  const report = trainReportOf(await runCli(args, { cwd: linked.project, env }));
  expect(report.success).toBe(true);
});

describe("the linker", () => {
  const link = (...args: readonly string[]): { code: number | null; stdout: string; stderr: string } => {
    const run = spawnSync(process.execPath, [linkScript, ...args], { encoding: "utf8" });
    return { code: run.status, stdout: run.stdout, stderr: run.stderr };
  };
  const listing = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

  test("--undo leaves the package as it came, and may be asked twice", () => {
    if (linked === null) return;
    const copy = copyOf(linked);
    // The journal of a copy names the original's files.
    const journal = join(copy.package, "envdoctor-link.json");
    writeFileSync(journal, readFileSync(journal, "utf8").replaceAll(linked.package, copy.package));
    expect(link("--package", copy.package, "--undo").code).toBe(0);
    for (const name of ["deps", "lib", "build", "envdoctor-link.json"]) {
      expect(existsSync(join(copy.package, name))).toBe(false);
    }
    expect(JSON.parse(link("--package", copy.package, "--undo").stdout)).toMatchObject({ undone: false });
    expect(existsSync(binding(linked.package))).toBe(true);
  });

  test("a Python without TensorFlow, a build that fails: nothing has changed", () => {
    if (linked === null) return;
    const copy = copyOf(linked);
    const journal = join(copy.package, "envdoctor-link.json");
    rmSync(journal);
    const before = listing(copy.package);
    const without = link("--package", copy.package, "--tensorflow", join(linked.project, "package.json"));
    expect(without.code).toBe(1);
    expect(without.stderr).toMatch(/did not say where TensorFlow is/);
    writeFileSync(join(copy.package, "binding", "tfjs_binding.cc"), "this is no C++");
    const broken = link("--package", copy.package, "--tensorflow", linked.python);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(/could not be built/);
    expect(listing(copy.package)).toEqual(before);
  }, 120_000);

  test("says what is missing", () => {
    expect(link("--package", temporaryFolder(), "--undo").stderr).toMatch(/install @tensorflow\/tfjs-node-gpu first/);
    expect(link().stderr).toMatch(/usage/);
  });
});

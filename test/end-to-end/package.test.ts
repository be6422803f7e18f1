import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const manifest: {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What the package may hold; everything that is not one of these has no business on a user's machine. */
const runs = [
  /^dist\/(cli|main|check|check-judging|envdoctor-single|driver-\w+|part-[\w-]+|[a-z][\w-]*-[A-Z0-9]{8})\.(mjs|cjs)$/,
  /^dist\/schemas\/[a-z-]+\.json$/,
  /^dist\/THIRD_PARTY_LICENSES\.txt$/,
  /^envdoctor\.1$/,
  /^scripts\/(python|node|tfjs|kernels|fleet)\//,
  /^(package\.json|README(\.[\w-]+)?\.md|LICENSE|CHANGELOG\.md)$/,
];

/** The sources as git has them or would take them, in a folder of their own. */
function copyOfSources(): string {
  const folder = temporaryFolder();
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const file of files.toString().split("\0")) {
    if (file === "" || file.startsWith("test/")) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  return folder;
}

/** Another copy, with the packages that are installed here: as links where the file system lets us. */
function withPackages(sources: string, depth: string): string {
  const folder = join(temporaryFolder(), depth);
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  cpSync(sources, folder, { recursive: true });
  const copy = 'cd "$0/node_modules" && (cp -al -- * .bin "$1" 2>/dev/null || cp -r -- * .bin "$1")';
  execFileSync("sh", ["-c", copy, root, join(folder, "node_modules")]);
  return folder;
}

let folders: string[] = [];
beforeAll(() => {
  const sources = copyOfSources();
  folders = ["a", "another/place to build"].map((depth) => {
    const folder = withPackages(sources, depth);
    execFileSync(process.execPath, ["scripts/release.mjs", "out"], { cwd: folder, stdio: "pipe" });
    return join(folder, "out");
  });
}, 300_000);

const packed = (folder: string): string => join(folder, `envdoctor-${manifest.version}.tgz`);

describe("the package", () => {
  test("is the same byte for byte wherever it is built", () => {
    const digests = folders.map((folder) =>
      createHash("sha256")
        .update(readFileSync(packed(folder)))
        .digest("hex"),
    );
    expect(digests[0]).toBe(digests[1]);
  });

  test("holds only what runs", () => {
    const [folder = ""] = folders;
    const names = execFileSync("tar", ["tzf", packed(folder)], { encoding: "utf8" })
      .trim()
      .split("\n");
    const files = names.map((name) => name.replace(/^package\//, ""));
    expect(files.filter((file) => !runs.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(files).toContain("dist/check.cjs");
  });

  test("runs nothing when it is installed", () => {
    const names = Object.keys(manifest.scripts).filter((name) => /install|^pre(?!pare$)|^post/.test(name));
    expect(names).toEqual([]);
  });

  test("gives the licence of all code that it contains", () => {
    const text = readFileSync(join(root, "dist", "THIRD_PARTY_LICENSES.txt"), "utf8");
    const entries = text.split(/^-{80}\n/m).slice(1);
    const named = entries.map((entry) => /^(\S+) \d\S* \(([\w.-]+)\)/.exec(entry)?.[1]);
    // CommonJS packages leave their names in the bundle.
    const single = readFileSync(join(root, "dist", "envdoctor-single.mjs"), "utf8");
    const contained = [...single.matchAll(/"node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(["commander", "zod", "chalk", "uplot", "inquirer", ...contained]));
    expect(entries.filter((entry) => entry.length < 60)).toEqual([]);
  });

  test("comes with a bill of materials that names every package it needs", () => {
    const [folder = ""] = folders;
    const file = readdirSync(folder).find((name) => name.endsWith(".cdx.json")) ?? "";
    const bill: { bomFormat: string; metadata: { component: { name: string } }; components: { name: string }[] } =
      JSON.parse(readFileSync(join(folder, file), "utf8"));
    expect(bill.bomFormat).toBe("CycloneDX");
    expect(bill.metadata.component.name).toBe("envdoctor");
    const names = bill.components.map(({ name }) => name);
    expect(Object.keys(manifest.dependencies).filter((name) => !names.includes(name))).toEqual([]);
    expect(readFileSync(join(folder, "SHA256SUMS"), "utf8").trim().split("\n")).toHaveLength(2);
  });
});

import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { workerCauses } from "../../checks/causes/workers.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { facts } from "./build.ts";
import { machines } from "./house-rules.ts";

type Id = keyof typeof workerCauses;

const limits = (of: Facts, over: Partial<Facts["limits"]>): Facts => ({ ...of, limits: { ...of.limits, ...over } });
const linux = facts({ platform: "linux", os: "ubuntu" });
const docker = facts({ platform: "linux", container: "docker" });

describe("remedies by machine", () => {
  const table: readonly [string, Id, Facts, string][] = [
    ["Docker", "shm-too-small", docker, "docker run --rm --shm-size=8g ubuntu df -h /dev/shm"],
    ["bare metal", "shm-too-small", linux, "sudo mount -o remount,size=8G /dev/shm"],
    [
      "a hard limit below ours",
      "open-file-limit",
      limits(linux, { openFiles: value({ soft: 1024, hard: 4096 }) }),
      "ulimit -n 4096",
    ],
    ["no hard limit known", "open-file-limit", linux, "ulimit -n 65536"],
    ["any Linux", "open-file-limit", linux, 'torch.multiprocessing.set_sharing_strategy("file_system")'],
    [
      "a quota of 2.5 of 8 processors",
      "too-many-workers",
      limits(linux, { affinityCpus: value(8), quotaCpus: value(2.5) }),
      "loader = DataLoader(dataset, num_workers=2)",
    ],
    [
      "half a processor",
      "too-many-workers",
      limits(linux, { affinityCpus: value(8), quotaCpus: value(0.5) }),
      "loader = DataLoader(dataset, num_workers=1)",
    ],
    [
      "no quota",
      "too-many-workers",
      limits(linux, { affinityCpus: value(6), quotaCpus: absent() }),
      "loader = DataLoader(dataset, num_workers=6)",
    ],
    ["Python 3.14", "python314-forkserver-pickling", linux, 'multiprocessing.set_forkserver_preload(["torch"])'],
    [
      "Windows",
      "windows-spawn-slow-epochs",
      facts({ platform: "win32" }),
      "loader = DataLoader(dataset, num_workers=2, persistent_workers=True)",
    ],
  ];
  it.each(table)("%s: %s", (_, id, of, wanted) => {
    expect(workerCauses[id].remedies(of).flatMap(({ commands }) => commands)).toContain(wanted);
  });

  it.each([
    ["kubernetes", "emptyDir"],
    ["docker", "--ipc=host"],
  ] as const)("shared memory in %s: %s", (container, words) => {
    const fix = workerCauses["shm-too-small"].remedies(facts({ platform: "linux", container }));
    expect(fix.map(({ title }) => title.en).join("\n")).toContain(words);
  });

  it("mounts nothing inside a container", () => {
    const commands = workerCauses["shm-too-small"].remedies(docker).flatMap((remedy) => remedy.commands);
    expect(commands.join("\n")).not.toContain("mount");
  });

  it("the page file is set by hand, step by step", () => {
    const [first] = workerCauses["windows-pagefile-too-small"].remedies(facts({ platform: "win32" }));
    expect(first).toMatchObject({ commands: [], where: "windows", needs: ["administrator", "reboot"] });
    expect(first?.title.en).toMatch(/Virtual memory/);
  });

  it("WSL2's memory is raised on the Windows side", () => {
    const fix = workerCauses["worker-oom-killed"].remedies(facts({ platform: "linux", wsl2: true }));
    expect(fix.filter(({ where }) => where === "windows").map(({ title }) => title.en)).toEqual([
      expect.stringContaining(".wslconfig"),
    ]);
  });
});

describe("snippets to paste into a script", () => {
  const snippets = Object.values(workerCauses).flatMap((cause) =>
    machines.flatMap(([, of]) => cause.remedies(of).map(({ commands }) => commands.join("\n"))),
  );
  const python = [...new Set(snippets)].filter((text) => /^(loader =|import |from |for |def |torch\.)/.test(text));

  it("are valid Python", (context) => {
    const compile = "import ast, json, sys\nfor text in json.load(sys.stdin): ast.parse(text)";
    const run = spawnSync("python3", ["-c", compile], { input: JSON.stringify(python), encoding: "utf8" });
    if (run.error) return context.skip(`python3 cannot be started: ${run.error.message}`);
    expect(python.length).toBeGreaterThan(8);
    expect(run.stderr).toBe("");
  });
});

/** Whole sessions with engine programs that are scripts, on machines that are facts. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CauseId } from "../../checks/causes/ids.ts";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { Facts, TfjsPackage } from "../../src/facts/facts.ts";
import { driverProgram } from "../../src/ffi/programs.ts";
import { chooseEngines, type Wanted } from "../../src/training/engines.ts";
import { type Session, trainingSession } from "../../src/training/session.ts";
import { flip } from "../support/check-tester.ts";
import { temporaryFolder } from "../support/cli.ts";
import { bare, framework, metal, python } from "../support/facts.ts";
import { engine, hostWith, withPython } from "./programs.ts";

const auto: Wanted = { engine: "auto", device: "auto" };

async function session(facts: Facts, memory: readonly (number | null)[], wanted: Wanted = auto): Promise<Session> {
  const options = { ...wanted, steps: 200, totalMs: 30_000 };
  return trainingSession(hostWith(memory), facts, diagnose(facts, checks, catalogue), options);
}

const causesOf = ({ causes }: Session): CauseId[] => causes.map(({ cause }) => cause.id);

describe.runIf(process.platform !== "win32")("a session", () => {
  test("proves the GPU where the driver and the clock confirm it", async () => {
    const done = await session(withPython(metal, engine({ claims: "cuda" })), [500, 900]);
    expect(done).toMatchObject({ success: true, causes: [] });
    expect(done.trained?.proof).toMatchObject({ gpuProven: true, notShown: [] });
  });

  test("proves it by the clock alone where nvidia-smi says nothing", async () => {
    const done = await session(withPython(metal, engine({ claims: "cuda" })), [null]);
    expect(done.trained?.proof.gpuProven).toBe(true);
    expect(done.trained?.proof.notShown.map(({ id }) => id)).toEqual(["gpu-memory"]);
  });

  test("does not believe a GPU whose memory stays free and whose steps take as long as on the CPU", async () => {
    const done = await session(withPython(metal, engine({ claims: "cuda", gpuMs: 400, cpuMs: 390 })), [500, 500]);
    expect(done.success).toBe(false);
    expect(done.trained?.proof.gpuProven).toBe(false);
    expect(causesOf(done)[0]).toBe("gpu-not-used");
  });

  test("does not believe parameters that stayed on the CPU", async () => {
    const done = await session(withPython(metal, engine({ claims: "cuda", parameters: "cpu" })), [500, 900]);
    expect(causesOf(done)[0]).toBe("gpu-not-used");
  });

  test("a run on the CPU is no success where there is a GPU, and the framework's reason is the cause", async () => {
    const why = "Torch not compiled with CUDA enabled";
    const facts = withPython(metal, engine({ claims: "cpu", why }));
    const done = await session(facts, [500]);
    expect(done.success).toBe(false);
    expect(causesOf(done)[0]).toBe("cpu-only-wheel");
    const asked = await session(facts, [500], { engine: "auto", device: "cpu" });
    expect(asked).toMatchObject({ success: true, causes: [] });
  });

  test("a run on the CPU is a success where there is no card", async () => {
    const done = await session(withPython(bare, engine({ claims: "cpu" })), [null]);
    expect(done).toMatchObject({ success: true, causes: [] });
  });

  test("--device cuda without a card tries nothing, and says why as check does", async () => {
    const facts = withPython(bare, engine({ claims: "cuda" }));
    const done = await session(facts, [null], { engine: "auto", device: "cuda" });
    expect(done).toMatchObject({ trained: null, success: false, noGpu: true });
    expect(causesOf(done)).toEqual(diagnose(facts, checks, catalogue).causes.map(({ cause }) => cause.id));
  });

  test("no time is left for the engines after one that hangs", async () => {
    const path = join(temporaryFolder(), "python");
    writeFileSync(path, "#!/bin/sh\nsleep 60\n", { mode: 0o755 });
    const options = { ...auto, steps: 200, totalMs: 300 };
    const facts = withPython(metal, path);
    const done = await trainingSession(hostWith([500]), facts, diagnose(facts, checks, catalogue), options);
    expect(causesOf(done)).toEqual(["training-hangs"]);
    expect(done.engines.at(-1)).toMatchObject({ engine: "tfjs-wasm", usable: false });
  });
});

describe("the engines to try", () => {
  const tfjs: TfjsPackage = {
    name: "@tensorflow/tfjs-node-gpu",
    version: "4.22.0",
    path: "/project/node_modules/@tensorflow/tfjs-node-gpu",
    binding: value("/project/lib/napi-v8/tfjs_binding.node"),
    library: value("/project/deps/lib/libtensorflow.so"),
  };
  const withTfjs = (facts: Facts, over: Partial<TfjsPackage> = {}): Facts =>
    flip(facts, { node: value({ version: "20.20.2", napi: "9", tfjs: value([{ ...tfjs, ...over }]) }) });
  const cpuTorch = flip(metal, {
    pythons: value([python({ frameworks: value([framework({ version: "2.6.0+cpu", cudaBuild: value(null) })]) })]),
  });
  const noTorch = flip(metal, { pythons: value([python({ frameworks: value([]) })]) });
  const twoPythons = flip(metal, {
    pythons: value([
      python({ path: "/a/python", frameworks: value([framework({ cudaBuild: value(null) })]) }),
      python({ path: "/b/python", active: false }),
    ]),
  });

  /** Its program is made by the build. */
  const cuda = driverProgram("cuda") === undefined ? [] : ["cuda cuda"];
  const brokenDriver = flip(metal, { driver: { ...metal.driver, module: absent(), smi: absent(), nodes: absent() } });

  const cases: [string, Facts, Wanted, string[]][] = [
    ["CUDA first, then the CPU", metal, auto, ["torch cuda", ...cuda, "tfjs-wasm cpu"]],
    [
      "tfjs-node-gpu before a torch without CUDA",
      withTfjs(cpuTorch),
      auto,
      ["tfjs-node-gpu cuda", ...cuda, "torch cpu", "tfjs-wasm cpu"],
    ],
    [
      "a tfjs-node-gpu without binding is passed over",
      withTfjs(noTorch, { binding: absent() }),
      auto,
      [...cuda, "tfjs-wasm cpu"],
    ],
    [
      "a tfjs-node-gpu without its library is passed over",
      withTfjs(noTorch, { library: absent() }),
      auto,
      [...cuda, "tfjs-wasm cpu"],
    ],
    [
      "asked for by name it is tried all the same",
      withTfjs(metal, { binding: absent() }),
      { engine: "tfjs-node-gpu", device: "auto" },
      ["tfjs-node-gpu cuda"],
    ],
    ["without a card nothing is expected on a GPU", bare, auto, ["torch cpu", "tfjs-wasm cpu"]],
    ["the CPU was asked for", metal, { engine: "auto", device: "cpu" }, ["torch cpu", "tfjs-wasm cpu"]],
    ["wasm has no GPU", noTorch, { engine: "auto", device: "cuda" }, cuda],
    ["torch asked for where it was not seen", noTorch, { engine: "torch", device: "auto" }, ["torch cpu"]],
    ["the driver alone", metal, { engine: "cuda", device: "auto" }, cuda],
    ["a driver that does not work is asked only by name", brokenDriver, auto, ["torch cpu", "tfjs-wasm cpu"]],
    ["by name it is asked whatever check says", bare, { engine: "cuda", device: "cuda" }, cuda],
    ["the driver alone has no CPU", metal, { engine: "cuda", device: "cpu" }, []],
  ];
  test.each(cases)("%s", async (_, facts, wanted, expected) => {
    const { candidates, passedOver } = await chooseEngines(
      hostWith([]),
      facts,
      diagnose(facts, checks, catalogue),
      wanted,
    );
    expect(candidates.map(({ engine: name, expects }) => `${name} ${expects}`)).toEqual(expected);
    for (const { reason } of passedOver) expect(reason.en).not.toBe("");
  });

  test("the Python that check judges: the active one, though another could use the GPU", async () => {
    const { candidates } = await chooseEngines(hostWith([]), twoPythons, diagnose(twoPythons, checks, catalogue), auto);
    expect(candidates.find(({ engine: name }) => name === "torch")?.program.argv[0]).toBe("/a/python");
  });
});

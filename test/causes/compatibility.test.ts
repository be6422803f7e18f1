import { describe, expect, it } from "vitest";
import {
  apiOf,
  archListServes,
  compareDotted,
  type DriverPlatform,
  driverBranchServes,
  driverServesCuda,
  flavourFor,
  oldestDriverFor,
} from "../../checks/compatibility.ts";
import { pythonServes, torchArchList, type WheelQuestion, wheelFor } from "../../checks/wheels.ts";

describe("driver and CUDA build", () => {
  const table: readonly [string | null, DriverPlatform, string | null, string | null, string][] = [
    // driver, platform, the driver's own word, build, verdict
    ["535.104.05", "linux", null, "12.8", "works-minor"],
    ["535.104.05", "linux", "12.2", "12.8", "works-minor"],
    ["535.104.05", "linux", "12.2", "13.0", "too-old"],
    ["535.104.05", "linux", null, "13.0", "too-old"],
    ["550.54.14", "linux", null, "12.4", "works"],
    ["580.65.06", "linux", null, "13.0", "works"],
    ["580.95.05", "linux", null, "13.2", "works-minor"],
    ["610.43.02", "linux", null, "13.3", "works"],
    ["610.43.02", "linux", "13.3", "13.3", "works"],
    ["470.256.02", "linux", null, "11.8", "works-minor"],
    ["470.256.02", "linux", null, "12.1", "too-old"],
    ["450.36.06", "linux", null, "11.0", "works-minor"],
    ["440.33", "linux", null, "10.2", "works"],
    ["418.87", "linux", "10.1", "10.2", "too-old"],
    // WSL2 and Windows follow the Windows column: 527.41 serves CUDA 12 there
    ["527.41", "windows", null, "12.8", "works-minor"],
    ["572.60", "windows", null, "12.8", "works"],
    ["572.60", "windows", null, "13.0", "too-old"],
    ["591.86", "windows", null, "13.0", "works"],
    ["581.15", "windows", null, "13.2", "works-minor"],
    // the driver's own word beats the table, both ways
    ["535.104.05", "linux", "13.0", "13.0", "works"],
    ["580.65.06", "linux", "12.2", "13.0", "too-old"],
    // half a version is no proof of being too old
    ["525", "linux", null, "12.8", "works-minor"],
    // what nobody knows is never a conflict
    [null, "linux", null, "13.0", "unknown"],
    [null, "linux", "12.4", "12.8", "works-minor"],
    ["700.10", "linux", null, "13.4", "works"],
    ["700.10", "linux", null, "14.0", "unknown"],
    ["535.104.05", "linux", null, "14.0", "unknown"],
    ["700.10", "linux", "14.1", "14.0", "works"],
    ["550.54.14", "linux", null, null, "unknown"],
    ["garbage", "linux", null, "13.0", "unknown"],
    ["550.54.14", "linux", null, "garbage", "unknown"],
  ];
  it.each(table)(
    "driver %s (%s, says %s) and a build for %s: %s",
    (driver, platform, driverApi, cudaBuild, verdict) => {
      const answer = driverServesCuda({ driver, platform, driverApi, cudaBuild });
      expect(answer.verdict).toBe(verdict);
      expect(answer.source).toMatch(/^https:/);
    },
  );

  it("names the oldest driver that would do", () => {
    expect(oldestDriverFor("13.2", "linux")).toBe("580");
    expect(oldestDriverFor("12.8", "linux")).toBe("525.60.13");
    expect(oldestDriverFor("11.8", "linux")).toBe("450.80.02");
    expect(oldestDriverFor("11.0", "linux")).toBe("450.36.06");
    expect(oldestDriverFor("10.2", "windows")).toBe("441.22");
    expect(oldestDriverFor("14.0", "linux")).toBeNull();
  });

  it("knows what a driver serves", () => {
    expect(apiOf("535.104.05", "linux")).toBe("12.2");
    expect(apiOf("570.26", "linux")).toBe("12.8");
    expect(apiOf("591.86", "windows")).toBe("13.1");
    expect(apiOf("304.137", "linux")).toBeNull();
  });

  it("compares numbers, not text", () => {
    expect(compareDotted("535.54.03", "535.54.3")).toBe(0);
    expect(compareDotted("525.60.13", "525.105.17")).toBeLessThan(0);
    expect(compareDotted("580", "580.65.06")).toBeLessThan(0);
  });
});

describe("card and architecture list", () => {
  const cu126 = ["sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90"];
  const cu130 = ["sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120", "compute_120"];
  const table: readonly [string, readonly string[], string, string | null][] = [
    ["8.9", ["sm_86"], "works", "sm_86"],
    ["8.9", ["sm_86", "sm_90"], "works", "sm_86"],
    ["8.9", ["sm_90"], "too-old", null],
    ["12.1", ["sm_120"], "works", "sm_120"],
    ["12.0", ["sm_90"], "too-new", null],
    ["12.0", ["sm_100"], "too-new", null],
    ["12.0", ["sm_90", "sm_100"], "too-new", null],
    ["6.1", ["sm_60"], "works", "sm_60"],
    ["6.1", cu126, "works", "sm_60"],
    ["6.1", cu130, "too-old", null],
    ["7.0", cu130, "too-old", null],
    ["3.7", cu126, "too-old", null],
    ["12.0", cu126, "too-new", null],
    ["12.0", cu130, "works", "sm_120"],
    ["13.0", cu130, "works-by-ptx", "compute_120"],
    ["12.0", ["sm_75", "compute_75"], "works-by-ptx", "compute_75"],
    ["10.3", cu130, "works", "sm_100"],
    // 90a and its PTX are for that very chip, 100f for its family
    ["9.0", ["sm_90a"], "works", "sm_90a"],
    ["9.1", ["sm_90a", "compute_90a"], "too-new", null],
    ["10.3", ["sm_100f"], "works", "sm_100f"],
    ["12.0", ["sm_100f", "compute_100f"], "too-new", null],
    // embedded chips: only themselves, and Thor under its old and new number
    ["8.7", ["sm_80", "sm_86"], "too-new", null],
    ["8.7", ["sm_87"], "works", "sm_87"],
    ["8.9", ["sm_87"], "too-new", null],
    ["7.2", ["sm_70"], "too-new", null],
    ["6.2", ["sm_60", "sm_61"], "too-new", null],
    ["5.3", ["sm_50"], "too-new", null],
    ["11.0", ["sm_101"], "works", "sm_101"],
    ["11.0", ["sm_110"], "works", "sm_110"],
    ["10.1", ["sm_100"], "too-new", null],
    // nothing to go by
    ["8.9", [], "unknown", null],
    ["8.9", ["gfx906", "gfx1100"], "unknown", null],
    ["?", ["sm_86"], "unknown", null],
  ];
  it.each(table)("%s by %j: %s", (card, archList, verdict, by) => {
    expect(archListServes(card, archList)).toMatchObject({ verdict, by });
  });
});

describe("driver branch and card", () => {
  const table: readonly [string | null, { computeCapability?: string | null; architecture?: string }, string][] = [
    ["595.45.04", { computeCapability: "6.1" }, "dropped"],
    ["590.44.01", { architecture: "volta" }, "dropped"],
    ["591.86", { architecture: "Pascal" }, "dropped"],
    ["580.95.05", { computeCapability: "6.1" }, "works"],
    ["582.10", { architecture: "maxwell" }, "works"],
    ["470.256.02", { computeCapability: "3.7" }, "works"],
    ["510.47.03", { architecture: "kepler" }, "dropped"],
    ["615.10", { computeCapability: "7.5" }, "works"],
    ["700.10", { computeCapability: "7.5" }, "unknown"],
    ["700.10", { computeCapability: "6.1" }, "dropped"],
    ["580.95.05", { architecture: "feynman" }, "unknown"],
    ["580.95.05", {}, "unknown"],
    [null, { computeCapability: "6.1" }, "unknown"],
  ];
  it.each(table)("%s on %j: %s", (driver, card, verdict) => {
    expect(driverBranchServes(driver, card).verdict).toBe(verdict);
  });

  it("names the last branch", () => {
    expect(driverBranchServes("595.45.04", { computeCapability: "6.1" }).lastBranch).toBe(580);
    expect(driverBranchServes("595.45.04", { computeCapability: "8.9" }).lastBranch).toBeNull();
  });

  it.each([
    ["pascal", "proprietary"],
    ["volta", "proprietary"],
    ["turing", "either"],
    ["ada", "either"],
    ["blackwell", "open"],
    ["feynman", "unknown"],
  ])("%s takes %s kernel modules", (architecture, flavour) => {
    expect(flavourFor(architecture)).toBe(flavour);
  });
});

const question: WheelQuestion = {
  framework: "torch",
  computeCapability: "8.9",
  driver: "580.95.05",
  platform: "linux",
  python: "3.12.4",
  os: "linux",
};

describe("wheels", () => {
  const table: readonly [string, Partial<WheelQuestion>, string | null, string | null][] = [
    ["RTX 40, driver 580", {}, "torch", "cu130"],
    ["RTX 50, driver 580", { computeCapability: "12.0" }, "torch", "cu130"],
    ["RTX 50, driver 570", { computeCapability: "12.0", driver: "570.124.06" }, "torch==2.11.*", "cu128"],
    ["RTX 50, driver 575", { computeCapability: "12.0", driver: "575.57.08" }, "torch==2.11.*", "cu128"],
    ["GTX 10, driver 580", { computeCapability: "6.1" }, "torch", "cu126"],
    ["V100, driver 580", { computeCapability: "7.0" }, "torch", "cu126"],
    ["RTX 40, driver 535", { driver: "535.104.05" }, "torch", "cu126"],
    ["RTX 40, driver 535 by its own word", { driver: null, driverApi: "12.2" }, "torch", "cu126"],
    ["RTX 30, driver 470", { computeCapability: "8.6", driver: "470.256.02" }, "torch==2.7.*", "cu118"],
    ["RTX 40, no driver known", { driver: null }, "torch", "cu130"],
    ["WSL2 with Windows driver 572", { driver: "572.60", platform: "windows" }, "torch", "cu126"],
    [
      "Windows, RTX 50, 572",
      { computeCapability: "12.0", driver: "572.60", platform: "windows", os: "windows" },
      "torch==2.11.*",
      "cu128",
    ],
    ["an old Python", { python: "3.9.2" }, "torch==2.8.*", "cu128"],
    ["GB10 on ARM", { computeCapability: "12.1", arch: "arm64" }, "torch", "cu130"],
    ["GTX 10 on ARM has none", { computeCapability: "6.1", arch: "arm64" }, null, "card-not-served"],
    ["a Python of the far future", { python: "3.19.0" }, null, "python-not-served"],
    ["a driver before CUDA 11", { driver: "390.157" }, null, "driver-too-old"],
    ["RTX 50 with a driver from before it", { computeCapability: "12.0", driver: "560.35.03" }, null, "driver-too-old"],
    ["no card known", { computeCapability: null }, null, "card-unknown"],
    ["macOS", { os: "macos" }, null, "no-cuda-on-macos"],
    ["TensorFlow on Linux", { framework: "tensorflow" }, "tensorflow[and-cuda]", null],
    ["TensorFlow in WSL2", { framework: "tensorflow", platform: "windows" }, "tensorflow[and-cuda]", null],
    [
      "TensorFlow on Windows",
      { framework: "tensorflow", os: "windows", platform: "windows" },
      null,
      "no-gpu-on-native-windows",
    ],
    ["JAX", { framework: "jax" }, "jax[cuda13]", null],
    ["JAX on a GTX 10", { framework: "jax", computeCapability: "6.1" }, "jax[cuda12]", null],
    ["JAX with driver 550", { framework: "jax", driver: "550.54.14" }, "jax[cuda12]", null],
  ];
  it.each(table)("%s", (_, change, requirement, tagOrReason) => {
    const { wheel, reason } = wheelFor({ ...question, ...change });
    expect(wheel?.requirement ?? null).toBe(requirement);
    expect(wheel ? wheel.tag : reason).toBe(tagOrReason);
    if (wheel?.tag) expect(wheel.index).toBe(`https://download.pytorch.org/whl/${wheel.tag}`);
  });

  it("never names a build whose list the card is not on", () => {
    for (const card of ["5.2", "6.1", "7.0", "7.5", "8.6", "8.9", "9.0", "10.0", "12.0", "12.1"]) {
      const { wheel } = wheelFor({ ...question, computeCapability: card });
      const archList = wheel && torchArchList(wheel.version ?? "2.14", wheel.tag ?? "", "linux-x86_64");
      expect(archList && archListServes(card, archList).verdict, card).toBe("works");
    }
  });

  it.each([
    ["torch", "2.11.0+cu128", "3.12.1", "works"],
    ["torch", "2.11.0", "3.9.1", "too-old"],
    ["torch", "2.8.0", "3.14.0", "too-new"],
    ["torch", "2.14.1", "3.15.0", "unknown"],
    ["torch", null, "3.7.3", "works"],
    ["torch", null, "3.6.9", "too-old"],
    ["torch", null, "3.19.0", "unknown"],
    ["torch", "9.9.0", "3.12.0", "unknown"],
    ["tensorflow", "2.10.1", "3.12.0", "too-new"],
    ["tensorflow", "2.19.0", "3.12.0", "works"],
    ["tensorflow", null, "3.14.0", "unknown"],
    ["jax", null, "3.12.0", "unknown"],
    ["torch", "2.11.0", "garbage", "unknown"],
  ] as const)("%s %s on Python %s: %s", (framework, version, python, verdict) => {
    expect(pythonServes(framework, version, python).verdict).toBe(verdict);
  });
});

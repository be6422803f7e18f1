import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SmiGpu, SmiReport } from "../../src/facts/facts.ts";
import { parseNvidiaSmi } from "../../src/facts/parse/nvidia-smi.ts";

const sample = (name: string): string =>
  readFileSync(join(import.meta.dirname, "..", "texts", "nvidia-smi", name), "utf8");

const gpu = (given: Partial<SmiGpu>): SmiGpu => ({
  index: 0,
  name: null,
  pciId: null,
  memoryMiB: null,
  usedMiB: null,
  computeCapability: null,
  mig: null,
  driverModel: null,
  trouble: null,
  ...given,
});

const rtx4090 = gpu({ name: "NVIDIA GeForce RTX 4090", computeCapability: "8.9", memoryMiB: 24564 });

interface Case {
  readonly text: string;
  readonly driver: string | null;
  readonly cuda: string | null;
  readonly smi?: string;
  readonly gpus: readonly SmiGpu[];
}

const listed: readonly Case[] = [
  {
    text: "rtx4090-r550.xml",
    driver: "550.54.14",
    cuda: "12.4",
    gpus: [{ ...rtx4090, pciId: "10de:2684", usedMiB: 1 }],
  },
  {
    text: "rtx4090-r550.txt",
    driver: "550.54.14",
    cuda: "12.4",
    smi: "550.54.14",
    gpus: [{ ...rtx4090, usedMiB: 437 }],
  },
  {
    text: "q.txt",
    driver: "550.54.14",
    cuda: "12.4",
    gpus: [
      { ...rtx4090, pciId: "10de:2684", usedMiB: 1 },
      gpu({
        index: 1,
        name: "NVIDIA GeForce GTX 1080",
        pciId: "10de:1b80",
        memoryMiB: 8192,
        usedMiB: 0,
        computeCapability: "6.1",
      }),
    ],
  },
  {
    text: "query.csv",
    driver: "550.54.14",
    cuda: null,
    gpus: [
      { ...rtx4090, pciId: "10de:2684", usedMiB: 1 },
      gpu({ index: 1, name: "NVIDIA GB10", pciId: "10de:2e12", computeCapability: "12.1" }),
      gpu({
        index: 2,
        name: "NVIDIA A100-SXM4-40GB",
        pciId: "10de:20b0",
        computeCapability: "8.0",
        mig: true,
        trouble: "[GPU requires reset]",
      }),
    ],
  },
  {
    text: "rtx5090-r610.txt",
    driver: "610.57.04",
    cuda: "13.3",
    smi: "610.57.04",
    gpus: [gpu({ name: "NVIDIA GeForce RTX 5090", memoryMiB: 32607, usedMiB: 14, computeCapability: "12.0" })],
  },
  {
    text: "r610.xml",
    driver: "610.43.02",
    cuda: "13.3",
    gpus: [
      gpu({
        name: "NVIDIA GeForce RTX 5090",
        pciId: "10de:2b85",
        memoryMiB: 32607,
        usedMiB: 14,
        computeCapability: "12.0",
      }),
    ],
  },
  {
    text: "gb10.xml",
    driver: "580.95.05",
    cuda: "13.0",
    gpus: [gpu({ name: "NVIDIA GB10", pciId: "10de:2e12", computeCapability: "12.1" })],
  },
  {
    text: "gb10.txt",
    driver: "580.95.05",
    cuda: "13.0",
    smi: "580.95.05",
    gpus: [gpu({ name: "NVIDIA GB10", computeCapability: "12.1" })],
  },
  {
    text: "a100-mig.xml",
    driver: "535.161.08",
    cuda: "12.2",
    gpus: [
      gpu({
        name: "NVIDIA A100-SXM4-80GB",
        pciId: "10de:20b2",
        memoryMiB: 81920,
        usedMiB: 45,
        computeCapability: "8.0",
        mig: true,
      }),
      gpu({
        index: 1,
        name: "NVIDIA A100-SXM4-80GB",
        pciId: "10de:20b2",
        memoryMiB: 81920,
        usedMiB: 0,
        computeCapability: "8.0",
        mig: false,
      }),
    ],
  },
  {
    text: "a100-mig.txt",
    driver: "535.161.08",
    cuda: "12.2",
    smi: "535.161.08",
    gpus: [gpu({ name: "NVIDIA A100-SXM4-80GB", memoryMiB: 81920, usedMiB: 45, computeCapability: "8.0", mig: true })],
  },
  {
    text: "wsl2-rtx4090.xml",
    driver: "591.86",
    cuda: "13.1",
    gpus: [{ ...rtx4090, pciId: "10de:2684", usedMiB: 1, driverModel: "WDDM" }],
  },
  {
    text: "wsl2-r590.txt",
    driver: "591.86",
    cuda: "13.1",
    smi: "590.57",
    gpus: [gpu({ name: "NVIDIA GeForce RTX 5070 ...", memoryMiB: 12227, usedMiB: 273, computeCapability: "12.0" })],
  },
  {
    text: "windows-wddm-tcc.txt",
    driver: "576.57",
    cuda: "12.9",
    smi: "576.57",
    gpus: [
      gpu({
        name: "NVIDIA GeForce RTX 4070 Ti",
        memoryMiB: 12282,
        usedMiB: 1153,
        computeCapability: "8.9",
        driverModel: "WDDM",
      }),
      gpu({
        index: 1,
        name: "NVIDIA L40S",
        memoryMiB: 46068,
        usedMiB: 0,
        computeCapability: "8.9",
        driverModel: "TCC",
      }),
    ],
  },
  {
    text: "err-cells.txt",
    driver: "535.183.01",
    cuda: "12.2",
    smi: "535.183.01",
    gpus: [
      gpu({
        name: "NVIDIA GeForce RTX 3090",
        memoryMiB: 24576,
        usedMiB: 10,
        computeCapability: "8.6",
        trouble: "ERR!",
      }),
      gpu({ index: 1, trouble: "ERR!" }),
    ],
  },
  {
    text: "unknown-error-field.xml",
    driver: "535.183.01",
    cuda: "12.2",
    gpus: [{ ...rtx4090, pciId: "10de:2684", usedMiB: 1, trouble: "Unknown Error" }],
  },
  {
    text: "r331.txt",
    driver: "331.62",
    cuda: null,
    smi: "331.62",
    gpus: [gpu({ name: "GeForce GTX 680", memoryMiB: 4095, usedMiB: 9, computeCapability: "3.0" })],
  },
  {
    text: "list.txt",
    driver: null,
    cuda: null,
    gpus: [
      gpu({ name: "NVIDIA A100-SXM4-80GB", computeCapability: "8.0" }),
      gpu({ index: 1, name: "Tesla T4", computeCapability: "7.5" }),
    ],
  },
];

const noDriver =
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n\n";

const refused: readonly (readonly [
  outcome: SmiReport["outcome"],
  exitCode: number | null,
  stdout: string,
  stderr?: string,
])[] = [
  ["no-driver", 9, noDriver],
  ["no-driver", null, noDriver],
  ["mismatch", 18, "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.120\n"],
  ["mismatch", 18, "", "Failed to initialize NVML: Driver/library version mismatch\n"],
  ["no-devices", 6, "No devices were found\n"],
  ["blocked", 17, "Failed to initialize NVML: GPU access blocked by the operating system\n"],
  ["nvml-unknown", 255, "Failed to initialize NVML: Unknown Error\n"],
  ["permission", 4, "Failed to initialize NVML: Insufficient Permissions\n"],
  [
    "lost",
    15,
    "Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.  Reboot the system to recover this GPU\n",
  ],
  ["lost", 255, "Unable to determine the device handle for GPU0000:0A:00.0: Unknown Error\nNo devices were found\n"],
  [
    "no-library",
    12,
    "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is properly installed and present in your system.\n",
  ],
  ["no-devices", 0, sample("no-gpu-r595.xml")],
  ["unreadable", 0, ""],
  ["unreadable", 0, "驱动程序正常，显卡 580.65 一切就绪\n烫烫烫锟斤拷锟斤拷\n"],
  ["unreadable", 0, sample("header-only.txt")],
  ["unreadable", 0, sample("gtx1080-r595.txt")],
  ["unreadable", 0, "580.65\n"],
  ["unreadable", 0, '<nvidia_smi_log><gpu id="00000000:01:00.0"></gpu></nvidia_smi_log>'],
  ["crashed", 139, ""],
  ["crashed", 1, "some shell said something\n"],
];

describe("what nvidia-smi said", () => {
  it.each(listed)("reads $text", ({ text, driver, cuda, smi, gpus }) => {
    const report = parseNvidiaSmi(sample(text), "", 0);
    expect({ ...report, gpus: report.gpus.map(({ now: _, ...card }) => card) }).toEqual({
      path: null,
      outcome: "ok",
      exitCode: 0,
      message: null,
      driverVersion: driver,
      smiVersion: smi ?? null,
      cudaVersion: cuda,
      gpus,
    });
  });

  it.each(refused.map(([outcome, exitCode, stdout, stderr]) => ({ outcome, exitCode, stdout, stderr })))(
    "calls it $outcome (exit code $exitCode)",
    ({ outcome, exitCode, stdout, stderr }) => {
      const report = parseNvidiaSmi(stdout, stderr, exitCode);
      expect(report).toMatchObject({ outcome, exitCode, gpus: [] });
      expect(report.message).toBe(report.message === null ? null : report.message.trim());
    },
  );

  it("keeps the versions of a header without GPUs", () => {
    expect(parseNvidiaSmi(sample("gtx1080-r595.txt"), "", 0)).toMatchObject({
      driverVersion: "595.71.05",
      cudaVersion: "13.2",
    });
  });

  it("tells how a card is at this moment, in the words of old and new drivers", () => {
    const card = (inside: string): string =>
      `<nvidia_smi_log><gpu id="00000000:01:00.0"><product_name>NVIDIA A100</product_name>${inside}</gpu></nvidia_smi_log>`;
    const now = (inside: string) => parseNvidiaSmi(card(inside), "", 0).gpus[0]?.now;
    const volatile = (counts: string): string => `<ecc_errors><volatile>${counts}</volatile></ecc_errors>`;
    expect(now("")).toEqual({
      uuid: null,
      freeMiB: null,
      temperatureC: null,
      slowdowns: null,
      uncorrectedErrors: null,
      computeProcesses: null,
    });
    expect(now(volatile("<double_bit><register_file>1</register_file><total>3</total></double_bit>"))).toMatchObject({
      uncorrectedErrors: 3,
    });
    expect(
      now(
        volatile(
          "<sram_correctable>9</sram_correctable><sram_uncorrectable_parity>1</sram_uncorrectable_parity><dram_uncorrectable>2</dram_uncorrectable>",
        ),
      ),
    ).toMatchObject({ uncorrectedErrors: 3 });
    expect(now(volatile("<dram_uncorrectable>N/A</dram_uncorrectable>"))).toMatchObject({ uncorrectedErrors: null });
    const slow = (word: string): string =>
      `<clocks_${word}_reasons><clocks_${word}_reason_gpu_idle>Active</clocks_${word}_reason_gpu_idle><clocks_${word}_reason_hw_thermal_slowdown>Active</clocks_${word}_reason_hw_thermal_slowdown></clocks_${word}_reasons>`;
    for (const word of ["throttle", "event"]) expect(now(slow(word))?.slowdowns).toEqual(["hw_thermal_slowdown"]);
    const process = (type: string): string => `<process_info><pid>7</pid><type>${type}</type></process_info>`;
    expect(now(`<processes>${["C", "G", "C+G"].map(process).join("")}</processes>`)?.computeProcesses).toBe(2);
    expect(now("<uuid>GPU-5a9f0000-1111-2222-3333-444444444444</uuid>")?.uuid).toMatch(/^GPU-5a9f/);
  });

  it("lists the GPUs that are left when one is lost", () => {
    const text = `Unable to determine the device handle for GPU1: 0000:02:00.0: Unknown Error\n${sample("rtx4090-r550.xml")}`;
    expect(parseNvidiaSmi(text, "", 0)).toMatchObject({ outcome: "lost", gpus: [{ name: "NVIDIA GeForce RTX 4090" }] });
  });

  it("reads the card of a report that was cut off", () => {
    const report = parseNvidiaSmi(sample("rtx4090-truncated.xml"), "", null);
    expect(report.driverVersion).toBe("550.54.14");
    expect(report.gpus).toMatchObject([{ name: "NVIDIA GeForce RTX 4090", memoryMiB: null, computeCapability: "8.9" }]);
  });

  it("keeps the warning beside a whole report", () => {
    const text = `${sample("rtx4090-r550.txt")}WARNING: infoROM is corrupted at gpu 0000:01:00.0\n`;
    expect(parseNvidiaSmi(text, "", 14)).toMatchObject({
      outcome: "ok",
      message: "WARNING: infoROM is corrupted at gpu 0000:01:00.0",
    });
  });

  it("reads a table quoted in a forum post", () => {
    const quoted = sample("rtx4090-r550.txt").replace(/^/gm, "> ");
    expect(parseNvidiaSmi(quoted).gpus).toHaveLength(1);
  });

  it("strips what a terminal would act on", () => {
    expect(parseNvidiaSmi("\x1b[31mNo devices were found\x1b[0m\x07", "", 6).message).toBe("No devices were found");
  });

  it.each([
    ["floods", "y\n".repeat(5_000_000)],
    ["floods of cards", '<nvidia_smi_log><gpu id="'.repeat(200_000)],
    ["floods of bars", `| NVIDIA-SMI 1 |\n${"|".repeat(4_000_000)}`],
    ["floods of commas", `name,${",".repeat(4_000_000)}`],
    ["floods of brackets", `name, memory [${" [".repeat(2_000_000)}`],
  ])("survives %s", (_name, text) => {
    expect(parseNvidiaSmi(text, text, 0).outcome).not.toBe("ok");
  });

  it("never says ok without a GPU, whatever the text", () => {
    const words = [
      "NVIDIA-SMI 550.54",
      "|",
      "<gpu id=",
      "<nvidia_smi_log>",
      "</gpu>",
      "<product_name>",
      "name, ",
      "\n",
      "NVSMI LOG",
      "GPU 0: ",
      " : ",
    ];
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.oneof(fc.constantFrom(...words), fc.string())).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, texts, fc.option(fc.integer({ min: 0, max: 255 })), (stdout, stderr, exitCode) => {
        const report = parseNvidiaSmi(stdout, stderr, exitCode);
        if (report.outcome === "ok") expect(report.gpus.some(({ name, pciId }) => (name ?? pciId) !== null)).toBe(true);
        for (const { name, pciId, trouble } of report.gpus) expect(name ?? pciId ?? trouble).not.toBeNull();
      }),
    );
  });
});

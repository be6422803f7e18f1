import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scriptsFolder } from "../host/scripts.ts";
import type { TrainingPlan } from "../training/plan.ts";
import { Card } from "./card.ts";
import { type Driver, type DriverCall, DriverError } from "./driver.ts";
import { type Surroundings, trainOn } from "./run.ts";

export interface Engine extends Surroundings {
  /** When this program began, by performance.now(). */
  readonly began: number;
  /** Waited for while the memory of the card is still held. */
  readonly hold: () => Promise<void>;
}

/** Compute capability that the kernels are compiled for. */
const oldestCard = 5;
const noDevice = { code: 100, name: "CUDA_ERROR_NO_DEVICE" } as const;

/** From cuInit to a trained network on the first card. Everything is given back in any case. Throws a DriverError. */
export async function trainByDriver(driver: Driver, plan: TrainingPlan, engine: Engine): Promise<void> {
  const { print } = engine;
  /** Names the call before it is made: it may never return. */
  const next = (call: DriverCall): DriverCall => {
    print({ event: "stage", stage: call });
    return call;
  };
  driver.call(next("cuInit"), 0);
  next("cuDriverGetVersion");
  const version = driver.version();
  const count = driver.int(next("cuDeviceGetCount"));
  if (count === 0) throw new DriverError("cuDeviceGetCount", noDevice.code, noDevice.name);
  const device = driver.int(next("cuDeviceGet"), 0);
  next("cuDeviceGetAttribute");
  const computeCapability = driver.computeCapability(device);
  if (Number(computeCapability) < oldestCard) {
    return print({ event: "unusable", missing: "card", reason: computeCapability });
  }
  const card = new Card(driver, device);
  try {
    next("cuCtxCreate_v2");
    card.open();
    next("cuModuleLoadDataEx");
    card.load(readFileSync(join(scriptsFolder(), "..", "kernels", "kernels.ptx"), "utf8"));
    print({
      event: "ready",
      framework: `CUDA driver ${version}`,
      device: "cuda",
      deviceName: driver.deviceName(device),
      why: null,
      threads: 1,
      pid: process.pid,
      ms: performance.now() - engine.began,
      card: {
        computeCapability,
        memoryMiB: Math.round(driver.totalMemory(device) / 2 ** 20),
        cards: count,
      },
    });
    if (plan.task === "training") {
      await trainOn(card, plan, engine);
      await engine.hold();
    }
    print({ event: "stage", stage: "giving the memory back" });
  } catch (error) {
    card.close();
    throw error;
  }
  const failed = card.close();
  if (failed !== null) throw failed;
  print({ event: "done" });
}

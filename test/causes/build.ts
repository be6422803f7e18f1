import { absent, type Fact, value } from "../../src/facts/fact.ts";
import type {
  ContainerKind,
  EnvironmentKind,
  Facts,
  Framework,
  FrameworkName,
  PythonFacts,
} from "../../src/facts/facts.ts";
import { unknownFacts } from "../../src/facts/unknown.ts";
import type { Platform } from "../../src/host/host.ts";
import * as support from "../support/facts.ts";
import { unknown } from "../support/unknown.ts";

interface Parts {
  readonly platform?: Platform;
  /** ID of /etc/os-release. */
  readonly os?: string;
  readonly wsl2?: boolean;
  readonly container?: ContainerKind;
  /** Compute capabilities of the NVIDIA cards; an empty list: a machine without one. */
  readonly cards?: readonly string[];
  readonly driver?: string;
  readonly driverApi?: string;
  readonly pythons?: readonly PythonFacts[];
}

const none: Fact<never> = absent();

/** Facts of a machine with these parts; what is not given stays unknown. */
export function facts({ platform, os, wsl2, container, cards, driver, driverApi, pythons }: Parts): Facts {
  const blank = unknownFacts();
  const own = unknown("not looked at");
  const adapters = cards?.map((computeCapability) => card(computeCapability));
  const gpus = (cards ?? []).map((computeCapability) => support.smiGpu({ name: null, computeCapability }));
  const smi = support.smi({ driverVersion: driver ?? null, cudaVersion: driverApi ?? null, gpus });
  return {
    ...blank,
    system: {
      ...blank.system,
      platform: platform ? value(platform) : own,
      os: os ? value({ id: os, name: os, version: null, like: [], build: null }) : own,
    },
    wsl: wsl2 ? value(support.wslFacts()) : platform ? none : own,
    containers: container ? value([support.container(container)]) : platform ? none : own,
    bus: { ...blank.bus, adapters: adapters ? (adapters.length > 0 ? value(adapters) : none) : own },
    driver: { ...blank.driver, smi: driver || driverApi ? value(smi) : own },
    pythons: pythons ? value(pythons) : own,
  };
}

const card = (computeCapability: string) => support.adapter({ name: null, architecture: null, computeCapability });

interface PythonParts {
  readonly environment?: EnvironmentKind;
  readonly version?: string;
  readonly frameworks?: readonly Framework[];
  readonly wheels?: Readonly<Record<string, string>>;
}

export function python(path: string, parts: PythonParts = {}): PythonFacts {
  return support.python({
    path,
    version: value(parts.version ?? "3.12.4"),
    environment: parts.environment ?? "venv",
    platform: unknown("not asked"),
    frameworks: value(parts.frameworks ?? []),
    nvidiaWheels: value(parts.wheels ?? {}),
  });
}

/** @param cuda null: a build for the CPU */
export function framework(
  name: FrameworkName,
  version: string,
  cuda: string | null,
  more: Partial<Framework> = {},
): Framework {
  return support.framework({ name, distribution: name, version, cudaBuild: value(cuda), cudnn: null, ...more });
}

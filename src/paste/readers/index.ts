import type { Facts } from "../../facts/facts.ts";
import type { Haystack } from "../search.ts";
import { readCuda, readDriver } from "./driver.ts";
import { readNode, readPython } from "./frameworks.ts";
import { readGpus } from "./gpus.ts";
import { readLimits, readSurroundings } from "./surroundings.ts";
import { readSystem } from "./system.ts";
import { nothingTold, type Reader } from "./told.ts";
import { readWsl } from "./wsl.ts";

/** In this order: WSL rests on the kernel, the surroundings on WSL, Python on the platform. */
const readers: readonly Reader[] = [
  readSystem,
  readWsl,
  readSurroundings,
  readGpus,
  readDriver,
  readCuda,
  readPython,
  readNode,
  readLimits,
];

/** What the text tells about the machine; all else stays unknown. */
export function readFacts(text: Haystack): Facts {
  const told = nothingTold();
  for (const read of readers) read(text, told);
  return told;
}

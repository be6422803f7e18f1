import { buildsArchClues } from "./builds-arch.ts";
import { buildsCudaClues } from "./builds-cuda.ts";
import { buildsPythonClues } from "./builds-python.ts";

/** Texts that betray the causes of ../frameworks-builds.ts. */
export const frameworksBuildsClues = {
  ...buildsCudaClues,
  ...buildsArchClues,
  ...buildsPythonClues,
};

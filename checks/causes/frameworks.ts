import { buildCauses } from "./frameworks-builds.ts";
import { cudaCauses } from "./frameworks-cuda.ts";
import { tensorflowCauses } from "./frameworks-tf.ts";
import { trainingCauses } from "./training.ts";

export const frameworkCauses = { ...buildCauses, ...cudaCauses, ...tensorflowCauses, ...trainingCauses };

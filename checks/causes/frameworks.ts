import { buildCauses } from "./frameworks-builds.ts";
import { cudaCauses } from "./frameworks-cuda.ts";
import { tensorflowCauses } from "./frameworks-tf.ts";

export const frameworkCauses = { ...buildCauses, ...cudaCauses, ...tensorflowCauses };

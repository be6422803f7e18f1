import { cudaLibrariesClues } from "./cuda-libraries.ts";
import { cudaSelectionClues } from "./cuda-selection.ts";

/** Texts that betray the causes of ../frameworks-cuda.ts. */
export const frameworksCudaClues = {
  ...cudaSelectionClues,
  ...cudaLibrariesClues,
};

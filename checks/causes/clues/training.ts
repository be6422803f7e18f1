import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";

const frameworks = /\btorch|tensorflow|tfjs|\bjax|DataLoader/i;

/** Texts that betray the causes of ../training.ts; the others are only shown by a training run. */
export const trainingClues = {
  "framework-crashes": [
    {
      pattern: /Illegal instruction|SIGILL\b|exit(?:ed with)? (?:code|status):? ?132\b/i,
      weight: 0.8,
      together: frameworks,
      source: "https://github.com/tensorflow/tensorflow/issues/17411",
    },
    {
      pattern: /compiled to use \w{2,6} instructions, but these aren't available on your machine/,
      weight: 0.9,
      source: "https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/platform/cpu_feature_guard.cc",
    },
    {
      pattern:
        /Segmentation fault|SIGSEGV|exit(?:ed with)? (?:code|status):? ?139\b|Fatal Python error: (?:Segmentation|Aborted)/i,
      weight: 0.5,
      together: frameworks,
      unless: /nvidia-smi|shared memory|Bus error|killed by signal/i,
      notOn: ["wsl"],
      source: "https://docs.python.org/3/library/faulthandler.html",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;

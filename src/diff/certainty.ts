/**
 * How sure it is that a change brought a cause. certain: with this one thing as it was before, the cause is gone.
 * likely: it is gone with this and what follows from it as they were; follows: that is what follows. together: it is
 * gone only with all of these as they were. possible: the checks that found it look at this.
 */
export const certainties = ["certain", "likely", "follows", "together", "possible"] as const;
export type Certainty = (typeof certainties)[number];

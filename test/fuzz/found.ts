/** What fuzzing has found: a text that a target took badly, and why. */
export const found: readonly { readonly target: string; readonly why: string; readonly text: string }[] = [
  {
    target: "names of machines",
    why: "a range without a number is told as one",
    text: "memory.total [MiB]",
  },
];

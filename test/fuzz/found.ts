/** What fuzzing has found: a text that a target took badly, and why. */
export const found: readonly { readonly target: string; readonly why: string; readonly text: string }[] = [
  {
    target: "names of machines",
    why: "a range without a number is told as one",
    text: "memory.total [MiB]",
  },
  {
    target: "settings of WSL",
    why: "a section that is called as a property of every object is no section of WSL",
    text: "[constructor]\nsystemd=true\n",
  },
  {
    target: "policy",
    why: "the place of a wrong key is found behind a byte order mark, too",
    text: '\ufeffchemaVersion = 1\n\n[[requirement]]\nrequire = "torch.cuda"\n',
  },
];

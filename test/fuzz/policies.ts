/** Policies and requirements as people write them, for the fuzzer to spoil. */
export const policies = (): readonly string[] => [
  `schemaVersion = 1

[[requirement]]
require = "gpu.memoryMiB>=8000"
reason = "the model needs it"

[[requirement]]
require = "torch>=2.5"
severity = "warn"

[[waiver]]
require = "gpu.memoryMiB"
reason = "a card is being replaced"
owner = "ops"
expires = 2026-12-31

[[group]]
hosts = ["gpu-*", "node[0-9]{a,b}"]
[[group.requirement]]
require = "gpu.count>=8"
`,
  '[[requirement]]\nrequire = "torch.cuda"\n',
];

export const requirements = (): readonly string[] => [
  "gpu.count>=1",
  "gpu.memoryMiB >= 8000",
  "driver>=550",
  "cuda>=12.4",
  "torch.cuda",
  "torch?>=2.5",
  "startMethod=fork",
  "disk.freeMiB>=10000",
];

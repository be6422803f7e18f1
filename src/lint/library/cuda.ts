import type { Place, Run } from "../run/run.ts";
import { type Arguments, handed, optionsOf, type Value } from "../run/values.ts";

/**
 * Functions of torch.cuda that neither initialise CUDA nor need it: seeds are kept until CUDA is used, is_available and
 * device_count ask NVML or the driver (https://docs.pytorch.org/docs/stable/cuda.html).
 */
const idle =
  /^(is_available|is_initialized|device_count|manual_seed|manual_seed_all|empty_cache|is_bf16_supported|amp\..*|nvtx\..*)$/;

/** Notes that a call uses CUDA, in this process or in the worker that runs it. */
function touchCuda(at: Place, run: Run): void {
  if (run.role === "import") return;
  const { child } = run;
  if (child === null) {
    run.cuda ??= { from: at.from, to: at.to };
    return;
  }
  const fails = child.method === "fork" && child.parentCuda !== null;
  // A process of its own that uses CUDA is the recommended way under spawn; a loader's worker is not.
  if (!fails && !child.loader) return;
  run.find({
    kind: "cuda-in-worker",
    detail: child.method,
    from: at.from,
    to: at.to,
    start: child.parentCuda ?? child.start,
    severity: fails ? "fail" : "warn",
  });
}

function isCuda(value: Value | undefined): boolean {
  if (value === undefined) return false;
  return optionsOf(value).some((option) => {
    if (option.kind === "literal") return typeof option.value === "string" && option.value.startsWith("cuda");
    return option.kind === "made" && option.path === "torch.device" && handed(option.args).some(isCuda);
  });
}

/** torch.cuda.f(), torch.zeros(…, device="cuda"), torch.load(…, map_location="cuda"). */
export function touchByImported(path: string, args: Arguments, at: Place, run: Run): void {
  if (!path.startsWith("torch")) return;
  const [, inner] = /^torch\.cuda\.(.+)$/.exec(path) ?? [];
  const uses = inner !== undefined && !idle.test(inner);
  if (
    uses ||
    (path !== "torch.device" && (isCuda(args.named.get("device")) || isCuda(args.named.get("map_location"))))
  ) {
    touchCuda(at, run);
  }
}

/** x.cuda(), x.to("cuda"). */
export function touchByMember(name: string, args: Arguments, at: Place, run: Run): void {
  if (name === "cuda" || (name === "to" && (isCuda(args.positional[0]) || isCuda(args.named.get("device"))))) {
    touchCuda(at, run);
  }
}

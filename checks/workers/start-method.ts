import { cannotTell, check, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { evidenceOf, known, whyUnknown } from "../../src/facts/fact.ts";
import type { Facts, PythonFacts, StartMethod } from "../../src/facts/facts.ts";
import { message, type Said } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { activePython, trainingPythons } from "../situation.ts";

const texts = {
  untold: message("the system did not tell", "系统没有给出该信息"),
  title: message("Start method of workers", "worker 启动方式"),
  wanted: message("Python 3.14.1 or newer", "Python 3.14.1 或更新"),
  fork: message(
    "fork, the default of Linux up to Python 3.13, copies the process: quick, needs no main guard and no pickling, but CUDA must not be used before the workers start.",
    "fork 是 Linux 上 Python 3.13 及以前的默认方式，直接复制进程：速度快，不需要 main 保护，也不需要 pickle，但启动 worker 之前不能使用 CUDA。",
  ),
  spawn: message(
    'spawn, the default of Windows and macOS, starts a new Python for each worker: the script needs `if __name__ == "__main__":`, what the workers get must be picklable, and each one imports the framework again, so keep them with persistent_workers=True.',
    'spawn 是 Windows 和 macOS 的默认方式，为每个 worker 启动新的 Python：脚本需要 `if __name__ == "__main__":`，传给 worker 的对象必须可以 pickle，每个 worker 都要重新导入框架，建议设置 persistent_workers=True。',
  ),
  forkserver: message(
    'forkserver, the default of Linux from Python 3.14 on, forks workers from a clean server: the script needs `if __name__ == "__main__":` and what the workers get must be picklable; CUDA before that does no harm.',
    'forkserver 是 Linux 上 Python 3.14 起的默认方式，从干净的服务进程 fork 出 worker：脚本需要 `if __name__ == "__main__":`，传给 worker 的对象必须可以 pickle；此前使用 CUDA 没有影响。',
  ),
  unpreloaded: message(
    "In Python 3.14.0 forkserver does not preload the script, so each worker imports the framework again; 3.14.1 mends it.",
    "Python 3.14.0 的 forkserver 不会预加载脚本，每个 worker 都要重新导入框架；3.14.1 已修复。",
  ),
};

export default check({
  id: "workers.start-method",
  layer: "workers",
  impact: "none",
  after: [],
  title: texts.title(),
  appliesTo: (facts) => activePython(facts) !== undefined,
  judge(facts) {
    const python = trainingPythons(facts)[0] ?? activePython(facts);
    const method = python && known(python.startMethod);
    if (!python || method === undefined)
      return cannotTell((python && whyUnknown(python.startMethod)) ?? texts.untold());
    const version = known(python.version) ?? "?";
    const found = methods(facts, python);
    if (method !== "forkserver" || version !== "3.14.0") {
      return pass(found, { detail: meaning[method], evidence: evidenceOf(python.startMethod) });
    }
    // The preload of __main__ never reached the server before 3.13.8 and 3.14.1: https://github.com/python/cpython/issues/126631
    const evidence = evidenceOr(
      { source: `${python.path} --version`, excerpt: `Python ${version}` },
      python.startMethod,
    );
    const suspicions = [suspect("python314-forkserver-pickling", 0.4, ...evidence)];
    return warn({ found, wanted: texts.wanted(), detail: texts.unpreloaded(), suspicions, evidence });
  },
});

/** "fork (Python 3.12.3)", and in the same way the other Pythons that start their workers otherwise. */
function methods(facts: Facts, first: PythonFacts): string {
  const others = (known(facts.pythons) ?? []).filter((one) => known(one.startMethod) !== known(first.startMethod));
  const named = [first, ...others].flatMap((one) => {
    const method = known(one.startMethod);
    return method === undefined ? [] : [`${method} (Python ${known(one.version) ?? "?"})`];
  });
  return [...new Set(named)].join(", ");
}

const meaning: Readonly<Record<StartMethod, Said>> = {
  fork: texts.fork(),
  spawn: texts.spawn(),
  forkserver: texts.forkserver(),
};

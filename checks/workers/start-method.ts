import { cannotTell, check, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { evidenceOf, known, whyUnknown } from "../../src/facts/fact.ts";
import type { StartMethod } from "../../src/facts/facts.ts";
import { message, type Said } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { activePython, trainingPythons } from "../situation.ts";

const texts = {
  title: message("Start method of workers", "worker 启动方式"),
  found: message("{method} (Python {version})", "{method}（Python {version}）"),
  wanted: message("Python 3.14.1 or newer", "Python 3.14.1 或更新"),
  fork: message(
    "fork copies the process: quick, needs no main guard and no pickling, but CUDA must not be used before the workers start.",
    "fork 直接复制进程：速度快，不需要 main 保护，也不需要 pickle，但启动 worker 之前不能使用 CUDA。",
  ),
  spawn: message(
    'spawn starts a new Python for each worker: the script needs `if __name__ == "__main__":`, what the workers get must be picklable, and each one imports the framework again, so keep them with persistent_workers=True.',
    'spawn 为每个 worker 启动新的 Python：脚本需要 `if __name__ == "__main__":`，传给 worker 的对象必须可以 pickle，每个 worker 都要重新导入框架，建议设置 persistent_workers=True。',
  ),
  forkserver: message(
    'forkserver, the default from Python 3.14, forks workers from a clean server: the script needs `if __name__ == "__main__":` and what the workers get must be picklable; CUDA before that does no harm.',
    'forkserver 是 Python 3.14 起的默认方式，从干净的服务进程 fork 出 worker：脚本需要 `if __name__ == "__main__":`，传给 worker 的对象必须可以 pickle；此前使用 CUDA 没有影响。',
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
    if (!python || method === undefined) return cannotTell((python && whyUnknown(python.startMethod)) ?? "");
    const version = known(python.version) ?? "?";
    const found = texts.found({ method, version });
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

const meaning: Readonly<Record<StartMethod, Said>> = {
  fork: texts.fork(),
  spawn: texts.spawn(),
  forkserver: texts.forkserver(),
};

import { type Said, verbatim } from "../text/message.ts";

/**
 * What the measuring programs (scripts/python/loader_*.py, scripts/node/loader*.mjs) say of a failure, in Chinese. They
 * speak English; what a data set, PyTorch or Python says stays as it is. The first pattern that fits counts.
 */
const inChinese: readonly (readonly [RegExp, string])[] = [
  [/^the length of the data set cannot be told: (.*)$/s, "无法得知数据集的长度：$1"],
  [/^the data set is empty: its length is 0$/, "数据集为空：长度为 0"],
  [/^the data set is empty: iterating over it gives nothing$/, "数据集为空：遍历不到任何样本"],
  [/^the data set gave no batch$/, "数据集没有给出任何批次"],
  [/^the data set fails while loading: (.*)$/s, "加载数据集时出错：$1"],
  [/^PyTorch cannot be imported: (.*)$/s, "无法导入 PyTorch：$1"],
  [/^worker \(pid (\d+)\) is killed by signal: (.*)$/, "worker（pid $1）被信号 $2 终止"],
  [/^worker \(pid (\d+)\) exited unexpectedly with exit code (.*)$/, "worker（pid $1）意外退出，退出码 $2"],
  [/^a worker failed: (.*)$/s, "一个 worker 失败：$1"],
  [/^a worker exited unexpectedly with exit code (.*)$/, "一个 worker 意外退出，退出码 $1"],
  [/^a worker gave no batch within (\d+) s$/, "一个 worker 在 $1 秒内没有给出批次"],
  [/^the items of one batch differ in length: (.*)$/, "同一批次中各样本的长度不一致：$1"],
  [
    /^a data set that is only iterated over needs PyTorch \(--engine torch\) to be measured$/,
    "只能遍历的数据集需要 PyTorch（--engine torch）才能测量",
  ],
  [/^expected a data set with __getitem__ and __len__, got (.*)$/, "应为带有 __getitem__ 和 __len__ 的数据集，实为 $1"],
  [
    /^expected a Dataset, an IterableDataset or a DataLoader, got (.*)$/,
    "应为 Dataset、IterableDataset 或 DataLoader，实为 $1",
  ],
  [
    /^a DataLoader without automatic batching \(batch_size=None\) cannot be measured$/,
    "无法测量未启用自动批处理（batch_size=None）的 DataLoader",
  ],
  [
    /^the batches hold no tensor; give the time of a training step with --step-ms$/,
    "批次中没有张量；请用 --step-ms 给出训练步的耗时",
  ],
  [/^worker processes may not be started while the file is imported$/, "导入文件时不得启动 worker"],
  [/^(.*) has no '(.*)' at its top level; it has: (.*)$/s, "$1 的顶层没有 '$2'；现有：$3"],
  [/^(.*) has no '(.*)' at its top level$/s, "$1 的顶层没有 '$2'"],
  [
    /^(.*) needs arguments \((.*)\); give a function that takes none and returns the data set$/s,
    "$1 需要参数（$2）；请给出一个不带参数、返回数据集的函数",
  ],
  [/^(.*) starts workers while it makes the data set$/s, "$1 在创建数据集时启动了 worker"],
  [/^(.*) failed, line (\d+): (.*)$/s, "$1 出错（第 $2 行）：$3"],
  [/^(.*) failed: (.*)$/s, "$1 出错：$2"],
  [
    /^(.*) is a generator, which can be read only once; return a Dataset$/s,
    "$1 是生成器，只能读取一次；请返回 Dataset",
  ],
  [/^(.*): no such file; expected FILE\.py:NAME$/s, "$1：没有这个文件；应为 FILE.py:NAME"],
  [/^(.*) ends the program while it is imported \(SystemExit\)$/s, "$1 在导入时就结束了程序（SystemExit）"],
  [/^(.*) is no Python that this interpreter reads: (.*)$/s, "该解释器无法解析 $1：$2"],
  [/^(.*) cannot be imported, line (\d+): (.*)$/s, "无法导入 $1（第 $2 行）：$3"],
  [/^(.*) cannot be imported: (.*)$/s, "无法导入 $1：$2"],
  [
    /^(.*) starts workers at import time, line (\d+); put the training into `(.*)`$/s,
    "$1 在导入时就启动了 worker（第 $2 行）；请把训练代码放进 `$3`",
  ],
  [
    /^(.*) starts workers at import time; put the training into `(.*)`$/s,
    "$1 在导入时就启动了 worker；请把训练代码放进 `$2`",
  ],
  [/^the name of (.*) is taken by the module (.*); rename the file$/s, "$1 的名称已被模块 $2 占用；请重命名该文件"],
];

export function programWords(text: string): Said {
  const known = inChinese.find(([pattern]) => pattern.test(text));
  return known ? { en: text, zh: text.replace(known[0], known[1]) } : verbatim(text);
}

/** The proof at the end: a framework that answers, a network that trains, workers that keep it fed. */
import { callable, pythonOs, quoted } from "../../../checks/causes/python.ts";
import { onWindows } from "../../../checks/situation.ts";
import type { FrameworkName } from "../../facts/facts.ts";
import { message } from "../../text/message.ts";
import type { Step } from "../step.ts";
import { step } from "../steps.ts";
import type { Target } from "../target.ts";
import type { Context } from "./context.ts";

const texts = {
  npm: message(
    "Install tfjs-node-gpu without its download of TensorFlow 2.9",
    "安装 tfjs-node-gpu（不下载 TensorFlow 2.9）",
  ),
  npmWhy: message(
    "Its own install script wants a download for CUDA 11.2; the library is taken from the TensorFlow wheel instead.",
    "它自带的安装脚本要下载针对 CUDA 11.2 的库；这里改用 TensorFlow wheel 中的库。",
  ),
  link: message(
    "Build the binding of tfjs-node-gpu against that TensorFlow",
    "针对该 TensorFlow 编译 tfjs-node-gpu 的绑定",
  ),
  linkWhy: message(
    "It links the package to the libraries of the wheel, trains a few steps with it, and takes everything back if that fails.",
    "把该包链接到 wheel 中的库，并试训练几步；失败则全部还原。",
  ),
  train: message("Train a small network, as proof", "训练一个小网络作为验证"),
  trainWhy: message(
    "Versions that fit on paper can still fail; a network that has learned cannot be argued with.",
    "版本在纸面上匹配仍可能出错；真正学会了的网络才是证明。",
  ),
  bench: message("Measure how many loader workers pay here", "测量这台机器用多少个 DataLoader worker 最划算"),
  benchWhy: message(
    "Workers cost time to start and memory to keep. The best number differs from machine to machine.",
    "worker 启动需要时间，也占内存。最佳数量因机器而异。",
  ),
};

/** tfjs-node-gpu is linked against the TensorFlow of Python. */
export function frameworkOf({ framework }: Pick<Target, "framework">): FrameworkName {
  return framework === "torch" ? "torch" : "tensorflow";
}

export function tfjsSteps({ facts, target, surroundings }: Context, python: string): Step[] {
  if (target.framework !== "tfjs") return [];
  const os = pythonOs(facts);
  const slash = onWindows(facts) ? "\\" : "/";
  const modules = [target.dir, "node_modules"].join(slash);
  const folder = [modules, "@tensorflow", "tfjs-node-gpu"].join(slash);
  const linker = `node ${quoted(surroundings.tfjsLinker, os)} --package ${quoted(folder, os)}`;
  return [
    step({
      ...{ id: "tfjs", title: texts.npm(), why: texts.npmWhy(), needs: ["network"], cost: { minutes: 1, diskMiB: 60 } },
      actions: [
        {
          kind: "run",
          lines: [`npm install --prefix ${quoted(target.dir, os)} --ignore-scripts @tensorflow/tfjs-node-gpu`],
        },
      ],
      verify: { kind: "exists", path: [folder, "package.json"].join(slash) },
      touches: ["package.json", "package-lock.json"].map((name) => [target.dir, name].join(slash)),
      undo: { kind: "folder", path: modules },
    }),
    step({
      ...{ id: "tfjs-link", title: texts.link(), why: texts.linkWhy(), cost: { minutes: 3, diskMiB: 10 } },
      actions: [{ kind: "run", lines: [`${linker} --tensorflow ${quoted(python, os)}`] }],
      undo: { kind: "commands", lines: [`${linker} --undo`] },
    }),
  ];
}

/** TensorFlow's own proof: the loss of a small network must fall by half. */
const tensorflowProof = [
  "import tensorflow as tf",
  "tf.random.set_seed(1)",
  "x = tf.random.normal((512, 8))",
  "y = tf.reduce_sum(x, 1)",
  "m = tf.keras.Sequential([tf.keras.layers.Dense(16, activation='relu'), tf.keras.layers.Dense(1)])",
  "m.compile('adam', 'mse')",
  "loss = m.fit(x, y, epochs=20, verbose=0).history['loss']",
  "print('loss', loss[0], '->', loss[-1], 'on', tf.config.list_logical_devices())",
  "assert loss[-1] < loss[0] / 2",
].join("; ");

export function proofSteps({ facts, target }: Context, python: string | undefined): Step[] {
  const own = python === undefined ? [] : ["--python", python];
  const device = target.target === "gpu" ? "cuda" : "cpu";
  const engine = target.framework === "tfjs" ? "tfjs-node-gpu" : "torch";
  const interpreter = callable(python ?? "python3", pythonOs(facts));
  const train = step({
    ...{ id: "train", title: texts.train(), why: texts.trainWhy(), cost: { minutes: 1 } },
    undo: { kind: "files" },
    actions: [
      target.framework === "tensorflow"
        ? { kind: "run", lines: [`${interpreter} -c "${tensorflowProof}"`] }
        : { kind: "envdoctor", args: ["train", "--engine", engine, "--device", device, ...own] },
    ],
  });
  if (target.framework === "tfjs") return [train];
  const bench = step({
    ...{ id: "bench", title: texts.bench(), why: texts.benchWhy(), cost: { minutes: 1 }, optional: true },
    undo: { kind: "files" },
    actions: [{ kind: "envdoctor", args: ["bench", "loader", "--budget", "15", ...own] }],
  });
  return [train, bench];
}

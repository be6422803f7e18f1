/**
 * Trains a small convolutional network with TensorFlow.js and reports numbers; it judges nothing.
 *
 * usage: node train.mjs PLAN [PACKAGE]
 *   PLAN     the JSON object of src/training/plan.ts
 *   PACKAGE  folder of @tensorflow/tfjs-node-gpu; without it the WebAssembly backend that comes with envdoctor trains
 *
 * Each line on stdout is one JSON object of src/training/protocol.ts.
 */
import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { dirname, join, sep } from "node:path";
import util from "node:util";

const began = performance.now();
const [planText = "{}", packageFolder] = process.argv.slice(2);
const plan = JSON.parse(planText);
const require = createRequire(import.meta.url);

/** JSON has no NaN and no infinity: they are reported as null. */
const finite = (number) => (Number.isFinite(number) ? number : null);

// Written synchronously, so that a native crash does not take reports with it.
const { writeSync } = require("node:fs");
function report(event, fields = {}) {
  let rest = Buffer.from(`${JSON.stringify({ event, ...fields })}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}
// The framework's own prints must not get between the reports.
for (const name of ["log", "info", "debug"]) console[name] = console.error;

async function loadWasm() {
  const tf = require("@tensorflow/tfjs");
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  if (plan.device === "cuda") throw new Error("the WebAssembly backend has no GPU");
  await tf.setBackend("wasm");
  return { tf, framework: `@tensorflow/tfjs ${tf.version.tfjs} (wasm ${wasm.version_wasm})`, device: "cpu", why: null };
}

function loadNode() {
  // Node 23 removed both; 4.22.0 calls them: https://github.com/tensorflow/tfjs/issues/8609
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  const tf = require(packageFolder);
  const { version } = require(join(packageFolder, "package.json"));
  const native = tf.backend();
  const gpu = native.isUsingGpuDevice === true;
  if (plan.device === "cuda" && !gpu) {
    throw new Error("tfjs-node-gpu found no GPU: tf.backend().isUsingGpuDevice is false");
  }
  const device = gpu && plan.device !== "cpu" ? "cuda" : "cpu";
  const why = gpu || plan.device === "cpu" ? null : "tf.backend().isUsingGpuDevice is false";
  const library = native.binding?.TF_Version ?? tf.version["tensorflow"] ?? "?";
  return { tf, framework: `@tensorflow/tfjs-node-gpu ${version} (TensorFlow ${library})`, device, why };
}

/** Chosen entries of the product of two matrices, whose entries src/training/product.ts makes in the same way. */
function productSamples(tf, { size, modulus, factors, entries }) {
  const matrix = (row, column) => {
    const values = new Float32Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) values[i * size + j] = ((i * row + j * column) % modulus) / modulus - 0.5;
    }
    return tf.tensor2d(values, [size, size]);
  };
  const product = tf.matMul(matrix(factors[0], factors[1]), matrix(factors[2], factors[3])).dataSync();
  return entries.map(([row, column]) => finite(product[row * size + column]));
}

/** Uniform numbers in [0, 1) by mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function randomNumbers(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Gratings, one direction per class, with random phase, plus normal noise: [count, size, size, 1]. */
function images(tf, labels, random) {
  const { imageSize: size, classes, frequency, noise } = plan;
  const values = new Float32Array(labels.length * size * size);
  let at = 0;
  for (const label of labels) {
    const angle = (Number(label) * Math.PI) / classes;
    const phase = random() * 2 * Math.PI;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const wave = Math.cos(2 * Math.PI * frequency * (x * Math.cos(angle) + y * Math.sin(angle)) + phase);
        const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
        values[at++] = wave + noise * normal;
      }
    }
  }
  return tf.tensor4d(values, [labels.length, size, size, 1]);
}

/** The WebAssembly backend has no kernel for the gradient of the filter, which is a convolution of its own. */
function convolve(tf, input, filter, needsOwnGradient) {
  if (!needsOwnGradient) return tf.conv2d(input, filter, 1, "same");
  const pad = (filter.shape[0] - 1) / 2;
  return tf.customGrad((x, w, save) => {
    save([x, w]);
    return {
      value: tf.conv2d(x, w, 1, "same"),
      gradFunc: (dy, [x, w]) => [
        tf.conv2dTranspose(dy, w, x.shape, 1, "same"),
        tf.conv2d(x.transpose([3, 1, 2, 0]), dy.transpose([1, 2, 0, 3]), 1, pad).transpose([1, 2, 0, 3]),
      ],
    };
  })(input, filter);
}

function variables(tf, { size, width, classes, seed }) {
  const shapes = [
    [5, 5, 1, width],
    [3, 3, width, 2 * width],
    [2 * width * (size / 4) ** 2, classes],
  ];
  const weights = shapes.map((shape, i) => {
    const inputs = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    return tf.variable(tf.randomNormal(shape, 0, Math.sqrt(1 / inputs), "float32", seed + i));
  });
  const biases = shapes.map((shape) => tf.variable(tf.zeros([shape.at(-1)])));
  return { weights, biases };
}

function scores(tf, { weights, biases }, pictures, needsOwnGradient) {
  let x = pictures;
  for (const layer of [0, 1]) {
    x = tf.relu(tf.add(convolve(tf, x, weights[layer], needsOwnGradient), biases[layer]));
    x = tf.maxPool(x, 2, 2, "valid");
  }
  return tf.add(tf.matMul(x.reshape([x.shape[0], -1]), weights[2]), biases[2]);
}

function crossEntropy(tf, logits, labels) {
  return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, logits.shape[1]), logits);
}

class Trainer {
  constructor(tf, device) {
    this.tf = tf;
    this.device = device;
    this.needsOwnGradient = tf.getKernel("Conv2DBackpropFilter", tf.getBackend()) == null;
    const random = randomNumbers(plan.seed);
    this.images = images(tf, plan.trainLabels, random);
    this.testImages = images(tf, plan.testLabels, random);
  }

  run(name, labelText) {
    const { tf } = this;
    const { batchSize, steps, imageSize, width, classes, seed } = plan;
    const labels = tf.tensor1d([...labelText].map(Number), "int32");
    const model = variables(tf, { size: imageSize, width, classes, seed });
    const trained = [...model.weights, ...model.biases];
    const optimiser = tf.train.adam(plan.learningRate);
    for (let step = 0; step < steps; step++) {
      const start = performance.now();
      const from = (step * batchSize) % (labelText.length - batchSize + 1);
      let guesses;
      const loss = tf.tidy(() => {
        const x = this.images.slice([from, 0, 0, 0], [batchSize, -1, -1, -1]);
        const y = labels.slice([from], [batchSize]);
        const cost = () => {
          const logits = scores(tf, model, x, this.needsOwnGradient);
          guesses = tf.keep(logits.argMax(1));
          return crossEntropy(tf, logits, y);
        };
        const { value, grads } = tf.variableGrads(cost, trained);
        optimiser.applyGradients(grads);
        if (step === 0 && name === "training") this.reportPlaces(trained, grads);
        return value.dataSync()[0];
      });
      // Reading a weight back waits for the whole step, not for the loss alone.
      trained[0].dataSync();
      const ms = performance.now() - start;
      const right = guesses.dataSync().filter((guess, i) => String(guess) === labelText[from + i]).length;
      guesses.dispose();
      report("step", { run: name, step: step + 1, loss: finite(loss), accuracy: right / batchSize, ms });
    }
    const predictions = tf.tidy(() => scores(tf, model, this.testImages, this.needsOwnGradient).argMax(1).dataSync());
    report("tested", { run: name, predictions: [...predictions] });
    tf.dispose([labels, ...trained]);
    optimiser.dispose();
  }

  /** TensorFlow.js keeps every tensor of a backend on its one device. */
  reportPlaces(trained, grads) {
    const missing = trained.some((variable) => grads[variable.name] === undefined);
    report("placed", { parameters: [this.device], gradients: missing ? ["none"] : [this.device] });
  }
}

/** Median milliseconds of a step of a network that is large enough to keep a GPU busy. */
function stepMs(tf, steps) {
  const [size, batch, width, classes] = [32, 256, 64, 10];
  const model = variables(tf, { size, width, classes, seed: 1 });
  const trained = [...model.weights, ...model.biases];
  const optimiser = tf.train.sgd(0.01);
  const pictures = tf.randomNormal([batch, size, size, 1], 0, 1, "float32", 1);
  const labels = tf.randomUniform([batch], 0, classes, "int32", 1);
  const times = [];
  // The first step loads kernels and is not counted.
  for (let step = 0; step <= steps; step++) {
    const start = performance.now();
    tf.tidy(() =>
      optimiser.minimize(() => crossEntropy(tf, scores(tf, model, pictures, false), labels), false, trained),
    );
    trained[0].dataSync();
    if (step > 0) times.push(performance.now() - start);
  }
  tf.dispose([pictures, labels, ...trained]);
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

const { tf, framework, device, why } = packageFolder === undefined ? await loadWasm() : loadNode();
const threads = packageFolder === undefined ? 1 : availableParallelism();
const deviceName = device === "cuda" ? "GPU:0" : (cpus()[0]?.model ?? process.arch);
report("ready", { framework, device, deviceName, why, threads, pid: process.pid, ms: performance.now() - began });
if (plan.task === "training") {
  report("product", { values: tf.tidy(() => productSamples(tf, plan.product)), tf32: device === "cuda", device });
  const trainer = new Trainer(tf, device);
  trainer.run("training", plan.trainLabels);
  trainer.run("control", plan.shuffledLabels);
  report("memory", { peakMiB: process.resourceUsage().maxRSS / 1024 });
}
// A process has one device here: the CPU is timed by a process of its own, which is not shown the GPU.
if (plan.task === "timing" || device === "cuda") report("timed", { device, ms: stepMs(tf, 3), threads });
report("done");

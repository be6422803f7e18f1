import { describe, expect, test } from "vitest";
import { type LintOptions, lintScript } from "../../src/lint/lint.ts";

const lint = (code: string, options: Partial<LintOptions> = {}) =>
  lintScript(code, { startMethod: "spawn", ...options });
const causes = (code: string, options: Partial<LintOptions> = {}): string[] =>
  lint(code, options).problems.map(({ line, cause, severity }) => `${line} ${cause} ${severity}`);
const fixes = (code: string): string[] => lint(code).problems.map(({ fix }) => fix.text.en);

const data = "from torch.utils.data import DataLoader\n";

describe("cannot tell: a note, and no problem", () => {
  test.each([
    [
      "a number of workers from another module",
      `${data}from settings import WORKERS\nfor b in DataLoader([1], num_workers=WORKERS): pass\n`,
      3,
    ],
    [
      "an argument without a default",
      `${data}import sys\nfor b in DataLoader([1], num_workers=int(sys.argv[1])): pass\n`,
      3,
    ],
    [
      "keyword arguments from another module",
      `${data}from settings import options\nlist(DataLoader([1], **options()))\n`,
      3,
    ],
    [
      "a loader given to a function of another module",
      `${data}from engine import train_one_epoch\ntrain_one_epoch(DataLoader([1], num_workers=2))\n`,
      3,
    ],
  ])("%s", (_, code, line) => {
    const { problems, notes } = lint(code);
    expect(problems).toEqual([]);
    expect(notes).toEqual([expect.objectContaining({ kind: "workers-unknown", line })]);
  });

  test("behind the guard there is nothing to tell", () => {
    const code = `${data}from settings import WORKERS\nif __name__ == "__main__":\n    for b in DataLoader([1], num_workers=WORKERS): pass\n`;
    expect(lint(code)).toEqual({ problems: [], notes: [] });
  });

  test("a lambda given to a class of another module", () => {
    const code = `${data}from mine import Wrap\nif __name__ == "__main__":\n    for b in DataLoader(Wrap(lambda x: x), num_workers=1): pass\n`;
    const { problems, notes } = lint(code);
    expect(problems).toEqual([]);
    expect(notes).toEqual([expect.objectContaining({ kind: "holds", line: 4 })]);
  });
});

describe("no false alarm", () => {
  const within = (body: string): string =>
    `import torch, tempfile, threading\n${data}class D(torch.utils.data.Dataset):\n    def __init__(self):\n        ${body}\nif __name__ == "__main__":\n    list(DataLoader(D(), num_workers=1))\n`;
  test.each([
    "self.path = tempfile.NamedTemporaryFile(delete=False).name",
    "self.f = open('x'); self.f = None",
    "self.lock = threading.Lock(); del self.lock",
    "lock = threading.Lock()",
    "self.f = sorted([2, 1], key=lambda x: -x)",
    "self.text = open('x').read()",
    "self.rows = [line for line in open('x')]",
    "self.f = getattr(torch, 'sqrt')",
    "self.t = torch.tensor([1]).apply_(lambda x: x)",
  ])("%s", (body) => {
    expect(causes(within(body))).toEqual([]);
  });
});

test("names of a star import are followed where they matter", () => {
  const code = "from torch.utils.data import *\nfor b in DataLoader([1], num_workers=2): pass\n";
  expect(causes(code)).toEqual(["2 missing-main-guard fail"]);
});

describe("severity", () => {
  test("workers on some systems only are a warning", () => {
    const code = `${data}import sys\nfor b in DataLoader([1], num_workers=0 if sys.platform == "win32" else 2): pass\n`;
    expect(causes(code)).toEqual(["3 missing-main-guard warn"]);
  });
  test("a branch for other systems is a warning", () => {
    const code = `${data}import os\nif os.name != "nt":\n    for b in DataLoader([1], num_workers=2): pass\n`;
    expect(causes(code)).toEqual(["4 missing-main-guard warn"]);
  });
});

describe("the start method", () => {
  const unguarded = `${data}for b in DataLoader([1], num_workers=2, collate_fn=lambda b: b): pass\n`;
  test("under fork neither the guard nor pickling is a fault", () => {
    expect(causes(unguarded, { startMethod: "fork" })).toEqual([]);
    expect(causes(unguarded, { startMethod: "forkserver" })).toHaveLength(2);
  });
  test.each(["mp.set_start_method('spawn', force=True)", "mp.set_start_method(method='spawn', force=True)"])(
    "%s in the script counts more than the option",
    (call) => {
      const code = `import multiprocessing as mp\n${call}\n${unguarded}`;
      expect(causes(code, { startMethod: "fork" })).toHaveLength(2);
    },
  );
  test("mp.spawn spawns whatever the default is", () => {
    const code = "import torch.multiprocessing as mp\nmp.spawn(print, nprocs=2)\n";
    expect(causes(code, { startMethod: "fork" })).toEqual(["2 missing-main-guard fail"]);
  });
});

describe("CUDA in workers", () => {
  const script = (parent: string): string =>
    [
      "import torch",
      data.trim(),
      "class D(torch.utils.data.Dataset):",
      "    def __getitem__(self, i):",
      "        return torch.ones(2, device='cuda')",
      "def main():",
      `    ${parent}`,
      "    for x in DataLoader(D(), num_workers=1): pass",
      "if __name__ == '__main__':",
      "    main()",
      "",
    ].join("\n");
  test("fails under fork once the main process has used CUDA", () => {
    expect(causes(script("model = torch.nn.Linear(2, 2).cuda()"), { startMethod: "fork" })).toEqual([
      "5 fork-after-cuda-init fail",
    ]);
    expect(causes(script("torch.cuda.set_device(0)"), { startMethod: "fork" })).toEqual([
      "5 fork-after-cuda-init fail",
    ]);
  });
  test("is a warning where the main process has only asked for CUDA, and under spawn", () => {
    expect(causes(script("print(torch.cuda.is_available())"), { startMethod: "fork" })).toEqual([
      "5 fork-after-cuda-init warn",
    ]);
    expect(causes(script("model = torch.nn.Linear(2, 2).cuda()"))).toEqual(["5 fork-after-cuda-init warn"]);
  });
  test("a forked process that uses CUDA after the main process did fails; a spawned one is as it should be", () => {
    const code = [
      "import torch, multiprocessing as mp",
      "def work():",
      "    torch.zeros(1).to('cuda:0')",
      "if __name__ == '__main__':",
      "    torch.zeros(1).cuda()",
      "    mp.Process(target=work).start()",
      "",
    ].join("\n");
    expect(causes(code, { startMethod: "fork" })).toEqual(["3 fork-after-cuda-init fail"]);
    expect(causes(code)).toEqual([]);
  });
  test("an ordinary training loop on the GPU is no fault under fork", () => {
    const code = `import torch\n${data}model = torch.nn.Linear(2, 2).cuda()\nfor x in DataLoader([1], num_workers=2):\n    model(x.cuda())\n`;
    expect(causes(code, { startMethod: "fork" })).toEqual([]);
  });
});

describe("trainers of libraries", () => {
  test.each([
    [
      "transformers",
      "from transformers import Trainer, TrainingArguments\nt = Trainer(model=1, args=TrainingArguments('o', dataloader_num_workers=4))\nt.train()\n",
      ["3 missing-main-guard fail"],
    ],
    [
      "transformers without workers",
      "from transformers import Trainer, TrainingArguments\nTrainer(model=1, args=TrainingArguments('o')).train()\n",
      [],
    ],
    ["ultralytics without workers", "from ultralytics import YOLO\nYOLO('m.pt').train(data='d', workers=0)\n", []],
    [
      "a fit method with loaders",
      `${data}import keras\nkeras.Model().fit(DataLoader([1], num_workers=2))\n`,
      ["3 missing-main-guard fail"],
    ],
    [
      "fire",
      `${data}import fire\ndef main(workers=2):\n    list(DataLoader([1], num_workers=workers))\nfire.Fire(main)\n`,
      ["5 missing-main-guard fail"],
    ],
    [
      "hydra",
      `${data}import hydra\n@hydra.main(config_path=".")\ndef main(cfg):\n    list(DataLoader([1], num_workers=2))\nmain()\n`,
      ["6 missing-main-guard fail"],
    ],
    [
      "accelerate",
      `${data}from accelerate import Accelerator\na = Accelerator()\nm, l = a.prepare(1, DataLoader([1], num_workers=2))\nfor b in l: pass\n`,
      ["5 missing-main-guard fail"],
    ],
    [
      "torch_geometric",
      "from torch_geometric.loader import DataLoader\nfor b in DataLoader([1], 32, True, num_workers=2): pass\n",
      ["2 missing-main-guard fail"],
    ],
  ])("%s", (_, code, expected) => {
    expect(causes(code)).toEqual(expected);
  });
});

describe("notebooks have no file to import", () => {
  test("no guard is asked for, but what a worker gets must not be defined in the notebook", () => {
    const code = `import torch\n${data}class D(torch.utils.data.Dataset):\n    def __getitem__(self, i):\n        return i\nfor b in DataLoader(D(), num_workers=2): pass\n`;
    expect(causes(code, { notebook: true })).toEqual(["3 unpicklable-worker-args fail"]);
    expect(causes(code, { notebook: true, startMethod: "fork" })).toEqual([]);
    expect(causes(`${data}for b in DataLoader([1], num_workers=2): pass\n`, { notebook: true })).toEqual([]);
  });
});

describe("corrected lines", () => {
  test("the guard around the very lines, strings untouched", () => {
    const code = `${data}doc = 1\nfor b in DataLoader([1], num_workers=2):\n    print("""a\nb""")\nprint(b)\ndef f(): pass\n`;
    expect(fixes(code)).toEqual([
      'if __name__ == "__main__":\n    for b in DataLoader([1], num_workers=2):\n        print("""a\nb""")\n    print(b)',
    ]);
  });
  test("persistent_workers in the call that makes the loader", () => {
    const code = `${data}if __name__ == "__main__":\n    loader = DataLoader(\n        [1],\n        num_workers=2,\n    )\n    for epoch in range(9):\n        for b in loader: pass\n`;
    expect(fixes(code)).toEqual([
      "    loader = DataLoader(\n        [1],\n        num_workers=2,\n        persistent_workers=True,\n    )",
    ]);
  });
  test("a named function for a lambda, and functools.partial for what it takes from around it", () => {
    const code = `${data}def main(k):\n    list(DataLoader([1], num_workers=2, collate_fn=lambda batch, n=1: batch[k] + n))\nif __name__ == "__main__":\n    main(0)\n`;
    expect(fixes(code)).toEqual([
      [
        "# at module level, outside any function:",
        "import functools",
        "",
        "def collate_fn(k, batch, n=1):",
        "    return batch[k] + n",
        "",
        "# and here:",
        "list(DataLoader([1], num_workers=2, collate_fn=functools.partial(collate_fn, k)))",
      ].join("\n"),
    ]);
  });
  test("a file that is opened in the worker", () => {
    const code = `import torch\n${data}class D(torch.utils.data.Dataset):\n    def __init__(self, path):\n        self.f = open(path, "rb")\nif __name__ == "__main__":\n    list(DataLoader(D("x"), num_workers=1))\n`;
    expect(fixes(code)[0]).toBe(
      [
        "        self.path = path",
        "        self.f = None",
        "",
        "        # in __getitem__, so that each worker opens its own:",
        "        if self.f is None:",
        '            self.f = open(self.path, "rb")',
      ].join("\n"),
    );
  });
  test("every problem has a reason and a fix in both languages", () => {
    const code = `import torch\n${data}for e in range(2):\n    for b in DataLoader([1], num_workers=2, collate_fn=lambda b: b): pass\nfor epoch in range(2):\n    for b in DataLoader([1], num_workers=2): pass\n`;
    const { problems } = lint(code);
    expect(problems.length).toBeGreaterThan(3);
    for (const { message, fix } of problems) {
      expect(message.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(message.en).not.toMatch(/[\u4e00-\u9fff{}]/);
      expect(fix.text.en.trim()).not.toBe("");
      expect(fix.text.zh.trim()).not.toBe("");
    }
  });
});

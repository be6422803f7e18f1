import { describe, expect, test } from "vitest";
import { viewCommand } from "../../src/preflight/command.ts";
import { shebangOf } from "../../src/preflight/shebang.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

const home = "/home/user";
const project = `${home}/project`;
const executable = "";

/** A machine with every kind of environment. */
const described: Description = {
  env: { PATH: "/home/user/venv/bin:/usr/bin:/bin", CONDA_EXE: "/opt/conda/bin/conda" },
  files: {
    "/usr/bin/env": executable,
    "/usr/bin/python3": executable,
    "/usr/bin/sleep": { base64: "f0VMRgIB" },
    "/bin/bash": executable,
    [`${home}/venv/bin/python`]: executable,
    [`${home}/venv/bin/torchrun`]: [`#!${home}/venv/bin/python`, "import sys"],
    [`${home}/venv/bin/accelerate`]: ["#!/bin/sh", `'''exec' "${home}/a long path/venv/bin/python" "$0" "$@"`, "' '''"],
    [`${home}/venv/bin/wrapped`]: ["#!/bin/bash", "exec python train.py"],
    [`${project}/train.py`]: "import torch\n",
    [`${project}/tool.py`]: ["#!/usr/bin/env -S python3 -u", "print(1)"],
    [`${project}/inline.py`]: ["# /// script", '# dependencies = ["torch"]', "# ///", "import torch"],
    [`${project}/uvscript.py`]: ["#!/usr/bin/env -S uv run --script", "# /// script", "# ///"],
    [`${project}/run.sh`]: ["#!/bin/bash", "python train.py"],
    [`${project}/pkg/__main__.py`]: "",
    [`${project}/pkg/fit.py`]: "",
    "/opt/conda/envs/ml/bin/python": executable,
    "/opt/conda/bin/python": executable,
    "/opt/conda/bin/conda": ["#!/opt/conda/bin/python"],
    "/srv/uv/pyproject.toml": "[project]\n",
    "/srv/uv/.venv/pyvenv.cfg": "home = /usr/bin\n",
    "/srv/uv/.venv/bin/python": executable,
    "/srv/uv/sub/fit.py": "",
    "/srv/fresh/pyproject.toml": "[project]\n",
    "/srv/loop/a.py": ["#!/srv/loop/a.py"],
  },
};

type Row = readonly [
  words: string,
  view: {
    python?: string | null;
    script?: string | null;
    untold?: RegExp;
    cwd?: string;
    env?: Record<string, string | undefined>;
  },
];

const rows: readonly Row[] = [
  ["python train.py --epochs 3", { python: "python", script: `${project}/train.py` }],
  ["python3.11 -u -X faulthandler -W ignore train.py", { python: "python3.11", script: `${project}/train.py` }],
  [`${home}/venv/bin/python train.py`, { python: `${home}/venv/bin/python`, script: `${project}/train.py` }],
  ["python -m pkg", { python: "python", script: `${project}/pkg/__main__.py` }],
  ["python -m pkg.fit --x", { python: "python", script: `${project}/pkg/fit.py` }],
  ["python -mpkg.fit", { python: "python", script: `${project}/pkg/fit.py` }],
  ["python -um torch.distributed.run --nproc-per-node 2 train.py", { python: "python", script: `${project}/train.py` }],
  ["python -c print(1) train.py", { python: "python", script: null }],
  ["python -", { python: "python", script: null }],
  ["python", { python: "python", script: null }],
  ["torchrun --nproc-per-node=2 train.py --lr 1", { python: `${home}/venv/bin/python`, script: `${project}/train.py` }],
  ["torchrun -m pkg.fit", { python: `${home}/venv/bin/python`, script: null }],
  [
    "accelerate launch --num_processes 2 train.py",
    { python: `${home}/a long path/venv/bin/python`, script: `${project}/train.py` },
  ],
  ["./tool.py --x", { python: "python3", script: `${project}/tool.py` }],
  ["./train.py", { python: null, untold: /no Python program/ }],
  [
    "env CUDA_VISIBLE_DEVICES=1 OMP_NUM_THREADS=4 python train.py",
    { python: "python", script: `${project}/train.py`, env: { CUDA_VISIBLE_DEVICES: "1", OMP_NUM_THREADS: "4" } },
  ],
  [
    "env -u CONDA_EXE -C /srv/uv/sub python fit.py",
    { python: "python", script: "/srv/uv/sub/fit.py", cwd: "/srv/uv/sub", env: { CONDA_EXE: undefined } },
  ],
  ["env -i PATH=/usr/bin python3 train.py", { python: "python3", env: { PATH: "/usr/bin", CONDA_EXE: undefined } }],
  ["nice -n 10 ionice -c 2 python train.py", { python: "python", script: `${project}/train.py` }],
  ["timeout -s INT 3600 python train.py", { python: "python" }],
  ["taskset -c 0-3 numactl --cpunodebind=0 -m 0 python train.py", { python: "python", script: `${project}/train.py` }],
  ["nsys profile -o out -t cuda,nvtx python train.py", { python: "python", script: `${project}/train.py` }],
  ["srun -N 2 --gres=gpu:2 --ntasks-per-node 4 python train.py", { python: "python", script: `${project}/train.py` }],
  ["srun --container-image=nvcr.io/x python train.py", { python: null, untold: /container/ }],
  ["mpirun -np 4 -mca btl tcp --bind-to none python train.py", { python: "python", script: `${project}/train.py` }],
  [
    "conda run -n ml --no-capture-output python train.py",
    {
      python: "python",
      script: `${project}/train.py`,
      env: { CONDA_PREFIX: "/opt/conda/envs/ml", PATH: "/opt/conda/envs/ml/bin:/home/user/venv/bin:/usr/bin:/bin" },
    },
  ],
  ["conda run -n base python train.py", { python: "python", env: { CONDA_PREFIX: "/opt/conda" } }],
  ["conda run -n gone python train.py", { python: null, untold: /conda environment gone was not found/ }],
  [
    "conda run -p /opt/conda/envs/ml --cwd /srv/uv/sub python fit.py",
    { python: "python", script: "/srv/uv/sub/fit.py" },
  ],
  [
    "uv run --directory /srv/uv/sub fit.py",
    { python: "python", script: "/srv/uv/sub/fit.py", env: { VIRTUAL_ENV: "/srv/uv/.venv" } },
  ],
  ["uv run --project /srv/uv -- python train.py", { python: "python", env: { VIRTUAL_ENV: "/srv/uv/.venv" } }],
  ["uv run --project /srv/uv -m pkg.fit", { python: "python", script: `${project}/pkg/fit.py` }],
  ["uv run --directory /srv/fresh python x.py", { python: null, untold: /uv has yet to make \/srv\/fresh\/\.venv/ }],
  ["uv run --with torch train.py", { python: null, script: `${project}/train.py`, untold: /this run alone/ }],
  ["uv run inline.py", { python: null, script: `${project}/inline.py`, untold: /metadata/ }],
  ["./uvscript.py", { python: null, untold: /metadata/ }],
  ["uv run train.py", { python: "python", script: `${project}/train.py`, env: {} }],
  ["poetry run python train.py", { python: null, untold: /poetry/ }],
  ["bash -c python\u00a0train.py", { python: null, untold: /bash starts is known only when it runs/ }],
  ["./run.sh", { python: null, untold: /bash/ }],
  ["wrapped", { python: null, untold: /bash/ }],
  ["make train", { python: null, untold: /make/ }],
  ["docker run --gpus all image python train.py", { python: null, untold: /docker starts the command elsewhere/ }],
  ["ssh host python train.py", { python: null, untold: /elsewhere/ }],
  ["sleep 5", { python: null, untold: /sleep is no Python program/ }],
  ["nothing-like-it", { python: null, untold: /was not found/ }],
  ["/srv/loop/a.py", { python: null, untold: /no program/ }],
  ["env", { python: null, untold: /no program/ }],
  ["nohup sudo -u me python train.py", { python: "python", script: `${project}/train.py` }],
];

describe("which Python and script a command means", () => {
  test.each(rows)("%s", async (words, { untold, cwd, env, ...wanted }) => {
    const view = await viewCommand(composed(described), words.split(" "));
    expect(view).toMatchObject(wanted);
    if (untold) expect(view.untold?.en).toMatch(untold);
    else expect(view.untold).toBeNull();
    if (cwd !== undefined) expect(view.place.cwd).toBe(cwd);
    if (env) expect(view.place.env).toMatchObject(env);
  });

  test("says that other nodes are not judged here, and that sudo changes the environment", async () => {
    const view = await viewCommand(composed(described), ["srun", "sudo", "python", "train.py"]);
    expect(view.notes.map(({ en }) => en)).toEqual([
      expect.stringMatching(/srun envdoctor preflight -- /),
      expect.stringMatching(/sudo/),
    ]);
  });

  test.each(["#!", "#! ", "no", "", "\0\0"])("%j is no first line of a script", async (text) => {
    expect(await shebangOf(composed({ files: { "/x": text } }), "/x")).toBeNull();
  });
});

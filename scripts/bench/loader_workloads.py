"""Data sets of many kinds, against which the recommendations of `bench loader` are held.

Work on the processor is a fixed number of hashes, not a time: it takes longer where processors are shared.
"""

import hashlib
import random
import time

import torch
from torch.utils.data import Dataset, IterableDataset, get_worker_info

BLOCK = bytes(65536)


def work(hashes):
    for _ in range(hashes):
        hashlib.sha1(BLOCK).digest()


class Synthetic(Dataset):
    def __init__(self, samples, hashes=0, wait=0.0, numbers=64, spread=0.0):
        self.samples, self.hashes, self.wait, self.numbers, self.spread = samples, hashes, wait, numbers, spread

    def __len__(self):
        return self.samples

    def __getitem__(self, index):
        if index >= self.samples:
            raise IndexError(index)
        factor = random.Random(index).lognormvariate(0, self.spread) if self.spread else 1
        work(int(self.hashes * factor))
        if self.wait:
            time.sleep(self.wait)
        return torch.full((self.numbers,), float(index)), index % 2


class Listed(Dataset):
    """Rows as a list of dictionaries, whose pickle is far longer than a pipe holds."""

    def __init__(self, samples):
        self.rows = [{"id": i, "values": [float(i + k) for k in range(8)], "label": i % 2} for i in range(samples)]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        row = self.rows[index]
        return torch.tensor(row["values"]), row["label"]


class Stream(IterableDataset):
    """Sharded over its workers, as it has to be."""

    def __init__(self, samples, hashes):
        self.samples, self.hashes = samples, hashes

    def __iter__(self):
        info = get_worker_info()
        first, stride = (info.id, info.num_workers) if info else (0, 1)
        for index in range(first, self.samples, stride):
            work(self.hashes)
            yield torch.full((1024,), float(index))


def listed():
    return Listed(5000)


def images_light():
    return Synthetic(640, hashes=10, numbers=3 * 96 * 96)


def images_heavy():
    return Synthetic(256, hashes=80, numbers=3 * 224 * 224)


def io_bound():
    return Synthetic(480, hashes=1, wait=0.0015, numbers=3 * 64 * 64)


def gpu_bound():
    return Synthetic(640, hashes=3, numbers=3 * 96 * 96)


def jittery():
    return Synthetic(480, hashes=30, numbers=4096, spread=1.2)


def few_large():
    return Synthetic(48, hashes=150, numbers=1 << 20)


def many_small():
    return Synthetic(4000, hashes=1, numbers=32)


def stream():
    return Stream(640, hashes=25)


def huge_items():
    return Synthetic(40, hashes=60, numbers=4 << 20)


def main():
    for name, make in sorted(globals().items()):
        if callable(make) and getattr(make, "__module__", None) == __name__ and name not in ("work", "main"):
            if not isinstance(make, type):
                print(name, type(make()).__name__)


if __name__ == "__main__":
    main()

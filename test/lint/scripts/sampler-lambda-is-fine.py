"""Samplers stay in the main process, so they need not be pickled."""
import torch
from torch.utils.data import DataLoader, Sampler


class Ordered(Sampler):
    def __init__(self, n, key):
        self.n = n
        self.key = key

    def __iter__(self):
        return iter(sorted(range(self.n), key=self.key))

    def __len__(self):
        return self.n


if __name__ == "__main__":
    sampler = Ordered(8, key=lambda i: -i)
    for x in DataLoader(torch.arange(8), sampler=sampler, num_workers=1):
        print(x)

from contextlib import contextmanager

import torch
from torch.utils.data import DataLoader, TensorDataset


@contextmanager
def timer(name):
    print("begin", name)
    yield
    print("end", name)


def main():
    loader = DataLoader(TensorDataset(torch.arange(4.0)), num_workers=1)
    with timer("epoch"):
        for (x,) in loader:
            x.sum()


if __name__ == "__main__":
    with timer("all"):
        main()

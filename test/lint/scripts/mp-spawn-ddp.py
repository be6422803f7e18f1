"""Each spawned rank has loader workers of its own."""
import torch
import torch.multiprocessing as mp
from torch.utils.data import DataLoader, TensorDataset


def work(rank, size):
    for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1):
        x.sum()


def main():
    mp.spawn(work, args=(1,), nprocs=1, join=True)


if __name__ == "__main__":
    main()

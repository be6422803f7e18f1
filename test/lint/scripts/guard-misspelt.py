import torch
from torch.utils.data import DataLoader, TensorDataset


def main():
    for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1):
        x.sum()


if __name__ == "main":
    main()

import torch
from torch.utils.data import DataLoader, TensorDataset


def main():
    if __name__ != "__main__":
        return
    for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1):
        x.sum()


main()

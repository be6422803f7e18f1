import torch
from torch.utils.data import DataLoader, TensorDataset


def train_one_epoch(loader):
    for (x,) in loader:
        x.sum()


if __name__ == "__main__":
    loader = DataLoader(TensorDataset(torch.randn(16, 4)), batch_size=8, num_workers=1, persistent_workers=True)
    for epoch in range(3):
        train_one_epoch(loader)

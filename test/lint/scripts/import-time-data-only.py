"""Work at import time that starts no worker is slow, but no fault."""
import torch
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(torch.randn(16, 2))
mean = torch.stack([data[i][0] for i in range(len(data))]).mean(0)
loader = DataLoader(data, batch_size=4, num_workers=2, persistent_workers=True)


def epoch(index):
    for (x,) in loader:
        (x - mean).sum()


if __name__ == "__main__":
    for index in range(2):
        epoch(index)

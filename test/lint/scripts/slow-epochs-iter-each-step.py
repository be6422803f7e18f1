import torch
from torch.utils.data import DataLoader, TensorDataset

if __name__ == "__main__":
    loader = DataLoader(TensorDataset(torch.randn(16, 4)), batch_size=8, num_workers=1)  #! windows-spawn-slow-epochs
    for step in range(3):
        (x,) = next(iter(loader))
        x.sum()

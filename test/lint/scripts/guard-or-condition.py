import torch
from torch.utils.data import DataLoader, TensorDataset

DEBUG = True
loader = DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1)
if DEBUG or __name__ == "__main__":
    for (x,) in loader:  #! missing-main-guard
        x.sum()

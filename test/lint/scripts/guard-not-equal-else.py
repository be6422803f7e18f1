import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.arange(4.0)), num_workers=1)
if __name__ != "__main__":
    pass
else:
    for (x,) in loader:
        x.sum()

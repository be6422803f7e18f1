import torch
from torch.utils.data import DataLoader, TensorDataset

TRAIN = True
if TRAIN:
    if not __name__ != "__main__":
        for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1):
            x.sum()

import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1)


def show(batch=next(iter(loader))):  #! missing-main-guard
    print(batch)

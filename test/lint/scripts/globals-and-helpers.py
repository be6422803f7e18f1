import torch
from torch.utils.data import DataLoader, TensorDataset

loader = None


def setup():
    global loader
    loader = DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1)


def train():
    for (x,) in loader:
        x.sum()


setup()
train()  #! missing-main-guard

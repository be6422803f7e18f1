"""A little trainer of one's own with hooks that give loaders."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Module(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(2, 1)

    def forward(self, x):
        return self.net(x)

    def train_dataloader(self):
        return DataLoader(TensorDataset(torch.randn(8, 2)), batch_size=4, num_workers=1)


class Trainer:
    def __init__(self, max_epochs):
        self.max_epochs = max_epochs

    def fit(self, module):
        loader = module.train_dataloader()
        for epoch in range(self.max_epochs):
            for batch_idx, (x,) in enumerate(loader):
                module(x)


Trainer(max_epochs=1).fit(Module())  #! missing-main-guard

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Trainer:
    num_workers = 2

    def __init__(self, epochs=1):
        self.epochs = epochs
        self.model = nn.Linear(4, 2)
        self.loader = DataLoader(TensorDataset(torch.randn(16, 4)), batch_size=4, num_workers=self.num_workers)

    def fit(self):
        for epoch in range(self.epochs):
            self.run_epoch(epoch)

    def run_epoch(self, epoch):
        for step, (x,) in enumerate(self.loader):
            self.model(x)


trainer = Trainer()
trainer.fit()  #! missing-main-guard

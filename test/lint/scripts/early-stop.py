import torch
from torch.utils.data import DataLoader, TensorDataset


class EarlyStopping:
    def __init__(self, patience=2):
        self.patience, self.count, self.best = patience, 0, None

    def __call__(self, loss):
        if self.best is None or loss < self.best:
            self.best, self.count = loss, 0
        else:
            self.count += 1
        return self.count >= self.patience


stopper = EarlyStopping()
loader = DataLoader(TensorDataset(torch.ones(8)), batch_size=4, num_workers=1)  #! windows-spawn-slow-epochs
epoch = 0
while True:
    for (x,) in loader:  #! missing-main-guard
        loss = x.sum().item()
    epoch += 1
    if stopper(loss):
        break

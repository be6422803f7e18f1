import torch
from torch.utils.data import DataLoader, TensorDataset


def outer():
    loader = DataLoader(TensorDataset(torch.arange(4.0)), num_workers=1)

    def inner():
        total = 0
        for (x,) in loader:
            total += x
        return total

    return inner


run = outer()
result = run()  #! missing-main-guard

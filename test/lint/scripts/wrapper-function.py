import torch
from torch.utils.data import DataLoader, TensorDataset


def get_loaders(batch_size, workers=2):
    train = TensorDataset(torch.arange(32.0))
    test = TensorDataset(torch.arange(8.0))
    return DataLoader(train, batch_size, num_workers=workers), DataLoader(test, batch_size, num_workers=workers)


def evaluate(loader):
    return sum(x.sum().item() for (x,) in loader)


train_loader, test_loader = get_loaders(8)
print(evaluate(train_loader))  #! missing-main-guard
print(evaluate(test_loader))  #! missing-main-guard

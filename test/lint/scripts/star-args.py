import torch
from torch.utils.data import DataLoader, TensorDataset


def loader(*args, **kwargs):
    kwargs.setdefault("num_workers", 1)
    kwargs.setdefault("batch_size", 2)
    return DataLoader(*args, **kwargs)


def consume(*loaders):
    return [sum(x.sum() for (x,) in each) for each in loaders]


ds = TensorDataset(torch.arange(4.0))
print(consume(loader(ds, num_workers=0)))
print(consume(loader(ds)))  #! missing-main-guard

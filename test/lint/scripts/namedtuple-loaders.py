from collections import namedtuple

import torch
from torch.utils.data import DataLoader, TensorDataset

Loaders = namedtuple("Loaders", ["train", "val"])


def get():
    ds = TensorDataset(torch.arange(8.0))
    return Loaders(train=DataLoader(ds, num_workers=1), val=DataLoader(ds))


loaders = get()
for (x,) in loaders.val:
    print(x)
for (x,) in loaders.train:  #! missing-main-guard
    print(x)

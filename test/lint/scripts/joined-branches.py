import random

import torch
from torch.utils.data import DataLoader, TensorDataset

ds = TensorDataset(torch.arange(4.0))
if random.random() < 2:
    loader = DataLoader(ds, num_workers=1)
else:
    loader = DataLoader(ds, num_workers=2)
for (x,) in loader:  #! missing-main-guard
    x.sum()

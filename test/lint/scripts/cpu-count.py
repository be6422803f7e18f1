import os

import torch
from torch.utils.data import DataLoader, TensorDataset

n = min(2, os.cpu_count() or 1)
for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), batch_size=4, num_workers=n):  #! missing-main-guard
    x.sum()

import os

import torch
from torch.utils.data import DataLoader, TensorDataset

num_workers = 0 if os.name == "nt" else 2
for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), batch_size=4, num_workers=num_workers):  #! missing-main-guard
    x.sum()

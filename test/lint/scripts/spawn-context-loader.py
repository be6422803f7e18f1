import multiprocessing

import torch
from torch.utils.data import DataLoader, TensorDataset

ctx = multiprocessing.get_context("forkserver")
loader = DataLoader(TensorDataset(torch.arange(4.0)), num_workers=1, multiprocessing_context=ctx)
for (x,) in loader:  #! missing-main-guard
    x.sum()

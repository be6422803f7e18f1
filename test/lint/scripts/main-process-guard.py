import multiprocessing

import torch
from torch.utils.data import DataLoader, TensorDataset

if multiprocessing.current_process().name == "MainProcess":
    for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1):
        x.sum()

import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1, multiprocessing_context="fork")
for (x,) in loader:
    x.sum()

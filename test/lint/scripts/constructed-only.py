"""A loader that is only made starts nothing."""
import torch
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(torch.arange(32.0))
loader = DataLoader(data, batch_size=8, num_workers=4)
print(len(loader), loader.batch_size)

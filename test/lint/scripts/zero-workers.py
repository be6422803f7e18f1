import torch
from torch.utils.data import DataLoader, TensorDataset

NUM_WORKERS = 0
loader = DataLoader(TensorDataset(torch.arange(32.0)), batch_size=8, num_workers=NUM_WORKERS)
for (x,) in loader:
    print(x.sum())

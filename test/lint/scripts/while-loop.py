import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.arange(16.0)), batch_size=4, num_workers=1, persistent_workers=True)
step = 0
while step < 6:
    for (x,) in loader:  #! missing-main-guard
        step += 1

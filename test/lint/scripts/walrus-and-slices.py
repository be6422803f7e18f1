import torch
from torch.utils.data import DataLoader, TensorDataset

if (n := 8) > 4 and (loader := DataLoader(TensorDataset(torch.arange(float(n))), num_workers=1)):
    first = list(loader)[0]  #! missing-main-guard
    print(first)

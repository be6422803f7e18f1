import sys

import torch
from torch.utils.data import DataLoader, TensorDataset

if __name__ != "__main__":
    sys.exit()  #! missing-main-guard

for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1):
    x.sum()

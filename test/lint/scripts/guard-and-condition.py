import sys

import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1)
if __name__ == "__main__" and len(sys.argv) < 5:
    for (x,) in loader:
        x.sum()

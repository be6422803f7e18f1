import sys

import torch
from torch.utils.data import DataLoader, TensorDataset


def main() -> int:
    for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1):
        x.sum()
    return 0


sys.exit(main())  #! missing-main-guard

from functools import partial

import torch
from torch.utils.data import DataLoader, TensorDataset

make_loader = partial(DataLoader, batch_size=4, num_workers=2)
loader = make_loader(TensorDataset(torch.arange(16.0)))
first = next(iter(loader))  #! missing-main-guard
print(first)

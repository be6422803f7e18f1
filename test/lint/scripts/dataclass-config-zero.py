from dataclasses import dataclass

import torch
from torch.utils.data import DataLoader, TensorDataset


@dataclass
class Config:
    batch_size: int = 4
    num_workers: int = 2


cfg = Config(num_workers=0)
for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), batch_size=cfg.batch_size, num_workers=cfg.num_workers):
    x.sum()

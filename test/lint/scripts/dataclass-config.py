from dataclasses import dataclass, field

import torch
from torch.utils.data import DataLoader, TensorDataset


@dataclass
class Config:
    epochs: int = 1
    num_workers: int = 2
    names: list = field(default_factory=list)


cfg = Config(epochs=1)


def train(cfg: Config) -> None:
    loader = DataLoader(TensorDataset(torch.arange(8.0)), num_workers=cfg.num_workers)
    for epoch in range(cfg.epochs):
        for (x,) in loader:
            x.sum()


train(cfg)  #! missing-main-guard

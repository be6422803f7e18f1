import torch
from torch.utils.data import DataLoader, TensorDataset

CONFIG = {
    "model": {"hidden": 8},
    "data": {"batch_size": 4, "loader": {"num_workers": 1, "pin_memory": False}},
}


def build_loader(cfg, split):
    data = TensorDataset(torch.arange(8.0))
    return DataLoader(data, batch_size=cfg["data"]["batch_size"], shuffle=split == "train", **cfg["data"]["loader"])


def run(cfg):
    train = build_loader(cfg, "train")
    for (x,) in train:
        x.sum()


run(CONFIG)  #! missing-main-guard

import torch
from torch.utils.data import DataLoader, TensorDataset


class Commands:
    def train(self):
        for (x,) in DataLoader(TensorDataset(torch.arange(4.0)), num_workers=1):
            x.sum()


getattr(Commands(), "train")()  #! missing-main-guard

import sys

import torch
from torch.utils.data import DataLoader, TensorDataset

MODE = sys.argv[1] if len(sys.argv) > 1 else "train"


def train():
    for (x,) in DataLoader(TensorDataset(torch.arange(4.0)), num_workers=1):
        x.sum()


def predict():
    pass


actions = {"train": train, "predict": predict}
actions[MODE]()  #! missing-main-guard

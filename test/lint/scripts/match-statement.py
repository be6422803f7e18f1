import sys

import torch
from torch.utils.data import DataLoader


def train(workers):
    for x in DataLoader(torch.arange(8), batch_size=4, num_workers=workers):
        x.sum()


match len(sys.argv):
    case 1:
        train(1)  #! missing-main-guard
    case _:
        print("usage")

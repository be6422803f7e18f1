import argparse

import torch
from torch.utils.data import DataLoader, TensorDataset


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--num_workers", default="0", type=int)
    return p.parse_args()


args = parse()
for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=args.num_workers):
    x.sum()

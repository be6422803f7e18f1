import argparse

import torch
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--batch-size", type=int, default=8)
parser.add_argument("-j", "--workers", type=int, default=2, help="data loading workers")
parser.add_argument("--no-train", action="store_true")
args = parser.parse_args()

loader = DataLoader(TensorDataset(torch.arange(32.0)), batch_size=args.batch_size, num_workers=args.workers)
if not args.no_train:
    for (x,) in loader:  #! missing-main-guard
        x.sum()

import torch
from absl import app
from torch.utils.data import DataLoader


def main(argv):
    for x in DataLoader(torch.arange(8), num_workers=1):
        x.sum()


app.run(main)  #! missing-main-guard

import os

import torch
from torch.utils.data import DataLoader

WORKERS = int(os.environ.get("NUM_WORKERS", "2"))
loader = DataLoader(torch.arange(8), batch_size=4, num_workers=WORKERS)


def main():
    for x in loader:
        x.sum()


if __name__ == "__main__":
    main()

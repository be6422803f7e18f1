import math

import torch
from torch.utils.data import DataLoader, Dataset


class Numbers(Dataset):
    def __init__(self):
        self.lib = math  #! unpicklable-worker-args

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return torch.tensor(self.lib.sqrt(i))


if __name__ == "__main__":
    for x in DataLoader(Numbers(), num_workers=1):
        print(x)

from functools import partial

import torch
from torch.utils.data import DataLoader, Dataset


def scale(x, factor):
    return x * factor


class Numbers(Dataset):
    key = staticmethod(lambda i: i)

    def __init__(self, transform):
        self.transform = transform

    def __len__(self):
        return 8

    def __getitem__(self, i):
        return self.transform(torch.tensor(float(self.key(i))))


if __name__ == "__main__":
    for x in DataLoader(Numbers(partial(scale, factor=2.0)), num_workers=1):
        print(x)

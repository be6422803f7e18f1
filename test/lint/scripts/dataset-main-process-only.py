"""A dataset with a lambda is fine as long as no worker gets it."""
import torch
from torch.utils.data import DataLoader, Dataset


class Toy(Dataset):
    def __init__(self, f):
        self.f = f

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return self.f(torch.tensor(float(i)))


def main():
    slow = DataLoader(Toy(lambda x: x * 2))
    for x in slow:
        print(x)
    fast = DataLoader(Toy(torch.sqrt), num_workers=1)
    for x in fast:
        print(x)


if __name__ == "__main__":
    main()

import torch
from torch.utils.data import DataLoader, Dataset


def identity(x):
    return x


TRANSFORMS = {
    "train": [identity, lambda x: x + torch.rand(1)],  #! unpicklable-worker-args
    "test": [identity],
}


class Toy(Dataset):
    def __init__(self, split):
        self.transforms = TRANSFORMS[split]

    def __len__(self):
        return 4

    def __getitem__(self, i):
        x = torch.tensor(float(i))
        for t in self.transforms:
            x = t(x)
        return x


def main():
    for x in DataLoader(Toy("test"), num_workers=1):
        print(x)
    for x in DataLoader(Toy("train"), num_workers=1):
        print(x)


if __name__ == "__main__":
    main()

import torch
from torch.utils.data import DataLoader, Dataset


class Compose:
    def __init__(self, steps):
        self.steps = steps

    def __call__(self, x):
        for step in self.steps:
            x = step(x)
        return x


double = lambda x: x * 2  #! unpicklable-worker-args


class Numbers(Dataset):
    def __init__(self, transform):
        self.transform = transform

    def __len__(self):
        return 8

    def __getitem__(self, i):
        return self.transform(torch.tensor(float(i)))


if __name__ == "__main__":
    for x in DataLoader(Numbers(Compose([torch.sqrt, double])), num_workers=1):
        print(x)

import torch
from torch.utils.data import DataLoader, Dataset


class Toy(Dataset):
    def __init__(self, size, target_transform=lambda y: y):  #! unpicklable-worker-args
        self.size = size
        self.target_transform = target_transform

    def __len__(self):
        return self.size

    def __getitem__(self, i):
        return self.target_transform(torch.tensor(i))


if __name__ == "__main__":
    for x in DataLoader(Toy(4), num_workers=1):
        print(x)

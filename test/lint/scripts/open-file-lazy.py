import torch
from torch.utils.data import DataLoader, Dataset


class Lines(Dataset):
    def __init__(self, path):
        self.path = path
        self.file = None
        with open(path) as f:
            self.count = min(4, len(f.readlines()))

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        if self.file is None:
            self.file = open(self.path, "rb")
        self.file.seek(0)
        return torch.tensor(len(self.file.readline()) + i)


if __name__ == "__main__":
    for x in DataLoader(Lines(__file__), num_workers=1):
        print(x)

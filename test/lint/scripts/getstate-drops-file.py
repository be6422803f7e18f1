import torch
from torch.utils.data import DataLoader, Dataset


class Lines(Dataset):
    def __init__(self, path):
        self.path = path
        self.file = open(path, "rb")

    def __getstate__(self):
        state = self.__dict__.copy()
        state["file"] = None
        return state

    def __len__(self):
        return 4

    def __getitem__(self, i):
        if self.file is None:
            self.file = open(self.path, "rb")
        return torch.tensor(i)


if __name__ == "__main__":
    for x in DataLoader(Lines(__file__), num_workers=1):
        print(x)

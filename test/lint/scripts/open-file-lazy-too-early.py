import torch
from torch.utils.data import DataLoader, Dataset


class Lines(Dataset):
    def __init__(self, path):
        self.path = path
        self.file = None

    def __len__(self):
        return 4

    def __getitem__(self, i):
        if self.file is None:
            self.file = open(self.path, "rb")  #! unpicklable-worker-args
        return torch.tensor(i)


if __name__ == "__main__":
    dataset = Lines(__file__)
    print(dataset[0])
    for x in DataLoader(dataset, num_workers=1):
        print(x)

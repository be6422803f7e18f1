import torch
from torch.utils.data import DataLoader, Dataset


class Words(Dataset):
    def __init__(self, words):
        self.words = (w.strip() for w in words)  #! unpicklable-worker-args

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return torch.tensor(len(next(iter(self.words))))


def main():
    dataset = Words(["a ", "b "])
    loader = DataLoader(dataset, num_workers=1)
    for x in loader:
        print(x)


if __name__ == "__main__":
    main()

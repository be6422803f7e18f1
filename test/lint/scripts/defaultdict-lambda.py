from collections import defaultdict

import torch
from torch.utils.data import DataLoader, Dataset


class Vocabulary(Dataset):
    def __init__(self, words):
        self.index = defaultdict(lambda: 0)  #! unpicklable-worker-args
        for word in words:
            self.index[word] += 1

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return torch.tensor(self.index["a"])


if __name__ == "__main__":
    for x in DataLoader(Vocabulary("abc"), num_workers=1):
        print(x)

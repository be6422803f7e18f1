import csv
import json

import torch
from torch.utils.data import DataLoader, Dataset


class Csv(Dataset):
    def __init__(self, path):
        with open(path, newline="") as f:
            self.rows = list(csv.reader(f))
        f = open(path)
        self.text = f.read()
        f.close()
        self.lines = open(path).readlines()
        self.size = sum(1 for _ in open(path))

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return torch.tensor(len(self.rows[i]))


if __name__ == "__main__":
    for x in DataLoader(Csv(__file__), num_workers=1):
        print(x)

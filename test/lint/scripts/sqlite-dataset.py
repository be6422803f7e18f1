import sqlite3

import torch
from torch.utils.data import DataLoader, Dataset


class Rows(Dataset):
    def __init__(self, path):
        self.db = sqlite3.connect(path)  #! unpicklable-worker-args

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return torch.tensor(self.db.execute("select ?", (i,)).fetchone()[0])


if __name__ == "__main__":
    for x in DataLoader(Rows(":memory:"), num_workers=1):
        print(x)

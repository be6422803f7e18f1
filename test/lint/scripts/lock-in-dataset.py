import threading

import torch
from torch.utils.data import DataLoader, Dataset


class Cached(Dataset):
    def __init__(self):
        self.cache = {}
        self.lock = threading.Lock()  #! unpicklable-worker-args

    def __len__(self):
        return 4

    def __getitem__(self, i):
        with self.lock:
            return self.cache.setdefault(i, torch.tensor(i))


if __name__ == "__main__":
    for x in DataLoader(Cached(), num_workers=1):
        print(x)

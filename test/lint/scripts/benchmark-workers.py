import time

import torch
from torch.utils.data import DataLoader, TensorDataset

if __name__ == "__main__":
    data = TensorDataset(torch.arange(16.0))
    for num_workers in [0, 1, 2]:
        loader = DataLoader(data, batch_size=4, num_workers=num_workers)
        start = time.time()
        for _ in loader:
            pass
        print(num_workers, time.time() - start)

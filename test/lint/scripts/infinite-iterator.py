import torch
from torch.utils.data import DataLoader, TensorDataset


def cycle(loader):
    while True:
        for batch in loader:
            yield batch


if __name__ == "__main__":
    loader = DataLoader(TensorDataset(torch.arange(16.0)), batch_size=4, num_workers=1, persistent_workers=True)
    data = cycle(loader)
    for step in range(6):
        (x,) = next(data)
    print("steps", step)

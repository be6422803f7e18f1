import torch
from torch.utils.data import DataLoader, TensorDataset


def batches(loader):
    for batch in loader:
        yield batch


stream = batches(DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1))
print(stream)

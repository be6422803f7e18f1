import torch
from torch.utils.data import DataLoader, TensorDataset


def batches(loader):
    for batch in loader:
        yield batch[0] * 2


stream = batches(DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1))
print("not started yet")
print(sum(x.item() for x in stream))  #! missing-main-guard

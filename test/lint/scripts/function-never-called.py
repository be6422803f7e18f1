import torch
from torch.utils.data import DataLoader, TensorDataset


def smoke_test():
    for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=2):
        print(x)


print("import me")

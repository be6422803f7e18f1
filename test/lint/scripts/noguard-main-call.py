import torch
from torch.utils.data import DataLoader, TensorDataset


def main():
    data = TensorDataset(torch.arange(32.0))
    loader = DataLoader(data, batch_size=8, num_workers=1)
    total = 0.0
    for (x,) in loader:
        total += x.sum().item()
    print(total)


main()  #! missing-main-guard

import torch
from torch.utils.data import DataLoader, TensorDataset


def main():
    loader = DataLoader(TensorDataset(torch.arange(8.0)), batch_size=4, num_workers=1, drop_last=True)  #! windows-spawn-slow-epochs
    it = iter(loader)
    for step in range(5):
        try:
            (x,) = next(it)
        except StopIteration:
            it = iter(loader)
            (x,) = next(it)
        x.sum()


if __name__ == "__main__":
    main()

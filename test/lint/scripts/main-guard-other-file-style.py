import torch
from torch.utils.data import DataLoader, TensorDataset


def cli():
    loader = DataLoader(TensorDataset(torch.arange(4.0)), num_workers=1)
    return [x for (x,) in loader]


if __name__ in {"__main__"}:
    cli()

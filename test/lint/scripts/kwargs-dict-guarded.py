import torch
from torch.utils.data import DataLoader, TensorDataset

kwargs = dict(num_workers=1, batch_size=4)


def run():
    return [x.sum() for (x,) in DataLoader(TensorDataset(torch.arange(16.0)), **kwargs)]


if "__main__" == __name__:
    print(run())

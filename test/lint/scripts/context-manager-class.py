import torch
from torch.utils.data import DataLoader, TensorDataset


class Session:
    def __init__(self, workers):
        self.loader = DataLoader(TensorDataset(torch.arange(4.0)), num_workers=workers)

    def __enter__(self):
        self.batches = [x for (x,) in self.loader]
        return self

    def __exit__(self, *exc):
        return False


with Session(1) as session:  #! missing-main-guard
    print(session.batches)

import torch
from torch.utils.data import DataLoader, TensorDataset


class DataPrefetcher:
    def __init__(self, loader):
        self.loader = iter(loader)
        self.preload()

    def preload(self):
        try:
            self.next_input = next(self.loader)
        except StopIteration:
            self.next_input = None

    def next(self):
        batch = self.next_input
        self.preload()
        return batch


prefetcher = DataPrefetcher(DataLoader(TensorDataset(torch.arange(8.0)), batch_size=4, num_workers=1))  #! missing-main-guard
batch = prefetcher.next()
while batch is not None:
    print(batch)
    batch = prefetcher.next()

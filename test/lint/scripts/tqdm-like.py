import torch
from torch.utils.data import DataLoader


class Progress:
    def __init__(self, iterable):
        self.iterable = iterable

    def __iter__(self):
        for i, item in enumerate(self.iterable):
            print("\r", i, end="")
            yield item


loader = DataLoader(torch.arange(8), batch_size=4, num_workers=1)
for x in Progress(loader):  #! missing-main-guard
    x.sum()

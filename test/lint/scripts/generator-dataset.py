import torch
from torch.utils.data import DataLoader, IterableDataset


class Stream(IterableDataset):
    def __init__(self, source):
        self.source = source

    def __iter__(self):
        return iter(self.source)


if __name__ == "__main__":
    stream = Stream(torch.tensor(i) for i in range(4))  #! unpicklable-worker-args
    for x in DataLoader(stream, num_workers=1):
        print(x)

import torch
from torch.utils.data import ChainDataset, ConcatDataset, DataLoader, IterableDataset, TensorDataset


class Shard(IterableDataset):
    def __init__(self, start, stop, key=None):
        self.start, self.stop, self.key = start, stop, key

    def __iter__(self):
        yield from range(self.start, self.stop)


def main():
    bad = ChainDataset([Shard(0, 2), Shard(2, 4, key=lambda i: i)])  #! unpicklable-worker-args
    good = ConcatDataset([TensorDataset(torch.arange(2.0)), TensorDataset(torch.arange(2.0))])
    for x in DataLoader(good, num_workers=1):
        print(x)
    for x in DataLoader(bad, num_workers=1):
        print(x)


if __name__ == "__main__":
    main()

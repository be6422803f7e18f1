import torch
from torch.utils.data import DataLoader, TensorDataset


class Experiment:
    @staticmethod
    def loader(n, workers=1):
        return DataLoader(TensorDataset(torch.arange(float(n))), batch_size=4, num_workers=workers)

    @classmethod
    def run(cls):
        total = 0
        for (x,) in cls.loader(8):
            total += x.sum()
        return total

    @property
    def batches(self):
        return [x for (x,) in self.loader(8, workers=0)]


print(len(Experiment().batches))
print(Experiment.run())  #! missing-main-guard

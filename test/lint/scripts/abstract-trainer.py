from abc import ABC, abstractmethod

import torch
from torch.utils.data import DataLoader, TensorDataset


class BaseTrainer(ABC):
    def __init__(self, workers):
        self.workers = workers
        self.loader = self.build_loader()

    @abstractmethod
    def build_loader(self):
        raise NotImplementedError

    def train(self):
        for batch in self.loader:
            self.step(batch)

    def step(self, batch):
        pass


class MyTrainer(BaseTrainer):
    def build_loader(self):
        return DataLoader(TensorDataset(torch.arange(8.0)), batch_size=4, num_workers=self.workers)

    def step(self, batch):
        print(batch)


MyTrainer(workers=1).train()  #! missing-main-guard

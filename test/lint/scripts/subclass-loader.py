import torch
from torch.utils.data import DataLoader, TensorDataset


class FastLoader(DataLoader):
    def __init__(self, dataset, **kwargs):
        super().__init__(dataset, batch_size=4, num_workers=2, **kwargs)


loader = FastLoader(TensorDataset(torch.arange(16.0)))
for (x,) in loader:  #! missing-main-guard
    print(x)

import torch
from torch.utils.data import DataLoader, TensorDataset

options = {"batch_size": 8, "shuffle": False}
options.update({"num_workers": 2, "pin_memory": False})
loader = DataLoader(TensorDataset(torch.arange(32.0)), **options)
batches = list(loader)  #! missing-main-guard
print(len(batches))

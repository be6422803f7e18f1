import torch
from torch.utils.data import DataLoader, TensorDataset

ds = TensorDataset(torch.arange(4.0))
loader = DataLoader(ds, num_workers=2)
print("workers", loader.num_workers)
loader = DataLoader(ds)
for (x,) in loader:
    x.sum()

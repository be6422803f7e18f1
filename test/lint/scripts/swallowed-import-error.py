import torch

try:
    from torch.utils.data import DataLoader
except ImportError:
    DataLoader = None

data = torch.arange(8)
total = 0
for x in DataLoader(data, batch_size=4, num_workers=2):  #! missing-main-guard
    total += x.sum()

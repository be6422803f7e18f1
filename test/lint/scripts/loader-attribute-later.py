import torch
from torch.utils.data import DataLoader

loader = DataLoader(torch.arange(8), batch_size=4)
loader.num_workers = 0
for x in loader:
    print(x)

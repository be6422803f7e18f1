import torch
from torch.utils.data import DataLoader

loader = DataLoader([1, 2, 3, 4], batch_size=2, collate_fn=lambda batch: torch.tensor(batch))
for x in loader:
    print(x)

import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.arange(4.0)), num_workers=1)
mean = torch.stack([x for x, in loader]).mean()  #! missing-main-guard
biggest = max(x.item() for x, in loader)  #! missing-main-guard
print(mean, biggest, *map(len, loader))  #! missing-main-guard

import torch
from torch.utils.data import DataLoader, TensorDataset

is_main = __name__ == "__main__"
loader = DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1 if is_main else 0)
if is_main:
    print(sum(x.item() for (x,) in loader))

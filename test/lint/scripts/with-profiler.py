import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1)
with torch.no_grad():
    with open("/dev/null", "w") as log:
        for (x,) in loader:  #! missing-main-guard
            print(x, file=log)

import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.arange(16.0)), batch_size=4, num_workers=1)
try:
    for (x,) in loader:  #! missing-main-guard
        x.sum()
except KeyboardInterrupt:
    print("stopped")
finally:
    print("saved")

import torch
from torch.utils.data import DataLoader as DL, TensorDataset as TD

for batch in DL(TD(torch.arange(8.0)), num_workers=1):  #! missing-main-guard
    print(batch)

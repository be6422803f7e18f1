import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1)
example, *_ = loader  #! missing-main-guard
if __name__ == "__main__":
    print(example)

import torch
from torch.utils.data import DataLoader, TensorDataset

if __name__ == "__main__":
    data = TensorDataset(torch.randn(16, 4))
    for epoch in range(2):
        loader = DataLoader(data, batch_size=8, num_workers=1, persistent_workers=True)  #! windows-spawn-slow-epochs
        for (x,) in loader:
            x.sum()

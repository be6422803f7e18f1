import torch
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 1
if __name__ == "__main__":
    loader = DataLoader(TensorDataset(torch.randn(16, 4)), batch_size=8, num_workers=1)
    for epoch in range(EPOCHS):
        for (x,) in loader:
            x.sum()

import torch
from torch.utils.data import DataLoader, TensorDataset


def main(epochs=2):
    data = TensorDataset(torch.randn(16, 4))
    train = DataLoader(data, batch_size=8, num_workers=1, shuffle=True)  #! windows-spawn-slow-epochs
    val = DataLoader(data, batch_size=8)
    for epoch in range(epochs):
        for (x,) in train:
            x.sum()
        for (x,) in val:
            x.sum()


if __name__ == "__main__":
    main()

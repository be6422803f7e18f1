"""MNIST-style loop behind the main guard."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def train(model, loader, optimiser):
    for x, y in loader:
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimiser.step()


def main():
    data = TensorDataset(torch.randn(64, 4), torch.randint(0, 3, (64,)))
    loader = DataLoader(data, batch_size=16, shuffle=True, num_workers=2)
    model = nn.Linear(4, 3)
    train(model, loader, torch.optim.SGD(model.parameters(), lr=0.1))
    print("done")


if __name__ == "__main__":
    main()

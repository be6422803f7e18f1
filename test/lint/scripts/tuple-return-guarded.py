import os

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


def prepare(seed: int = 0, workers: int = max(1, (os.cpu_count() or 2) // 2)):
    torch.manual_seed(seed)
    data = TensorDataset(torch.randn(32, 3), torch.randn(32, 1))
    train, val = random_split(data, [24, 8], generator=torch.Generator().manual_seed(seed))
    common = dict(batch_size=8, num_workers=min(workers, 1), persistent_workers=True)
    return DataLoader(train, shuffle=True, **common), DataLoader(val, **common)


def fit(model, loaders, epochs):
    train, val = loaders
    opt = torch.optim.Adam(model.parameters())
    best = float("inf")
    for epoch in range(epochs):
        for x, y in train:
            opt.zero_grad()
            nn.functional.mse_loss(model(x), y).backward()
            opt.step()
        with torch.no_grad():
            total = sum(nn.functional.mse_loss(model(x), y).item() for x, y in val)
        best = min(best, total)
    return best


if __name__ == "__main__":
    print(fit(nn.Linear(3, 1), prepare(), epochs=2))

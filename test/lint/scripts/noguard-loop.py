import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(torch.randn(64, 4), torch.randint(0, 3, (64,)))
loader = DataLoader(data, batch_size=16, num_workers=2)
model = nn.Linear(4, 3)
optimiser = torch.optim.SGD(model.parameters(), lr=0.1)

for x, y in loader:  #! missing-main-guard
    optimiser.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    optimiser.step()

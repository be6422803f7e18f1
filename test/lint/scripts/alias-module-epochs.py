import torch
import torch.utils.data as D

workers = 1 + 1
dataset = D.TensorDataset(torch.randn(32, 2))
train_loader = D.DataLoader(dataset, 8, True, None, None, workers)  #! windows-spawn-slow-epochs
for epoch in range(2):
    for i, (x,) in enumerate(train_loader):  #! missing-main-guard
        pass

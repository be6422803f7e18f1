"""As in the transfer learning tutorial: a dict of loaders, gone through by phase."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

datasets = {x: TensorDataset(torch.randn(16, 4)) for x in ["train", "val"]}
dataloaders = {
    x: DataLoader(datasets[x], batch_size=4, num_workers=1)  #! windows-spawn-slow-epochs
    for x in ["train", "val"]
}


def train_model(model, num_epochs=2):
    for epoch in range(num_epochs):
        for phase in ["train", "val"]:
            for (inputs,) in dataloaders[phase]:
                model(inputs)


if __name__ == "__main__":
    train_model(nn.Linear(4, 2))

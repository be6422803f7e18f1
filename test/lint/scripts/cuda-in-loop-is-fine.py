import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def main():
    model = nn.Linear(2, 2).to(device)
    for (x,) in DataLoader(TensorDataset(torch.randn(8, 2)), batch_size=4, num_workers=1):
        model(x.to(device))


if __name__ == "__main__":
    main()

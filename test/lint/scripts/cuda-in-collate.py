import torch
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda")


def collate(samples):
    return torch.stack([s[0] for s in samples]).to(device)  #! fork-after-cuda-init


def main():
    loader = DataLoader(TensorDataset(torch.randn(8, 2)), batch_size=4, collate_fn=collate, num_workers=1)
    for x in loader:
        print(x.mean())


if __name__ == "__main__":
    main()

import torch
from torch.utils.data import DataLoader, Dataset, random_split


class Numbers(Dataset):
    def __init__(self, target_transform):
        self.target_transform = target_transform

    def __len__(self):
        return 8

    def __getitem__(self, i):
        return self.target_transform(i)


if __name__ == "__main__":
    full = Numbers(target_transform=lambda t: t + 1)  #! unpicklable-worker-args
    train, val = random_split(full, [6, 2])
    loader = DataLoader(train, batch_size=2, num_workers=1)
    for x in loader:
        print(x)

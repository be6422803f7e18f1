import torch
from torch.utils.data import DataLoader, Dataset


class Numbers(Dataset):
    def __init__(self, transform=None):
        self.transform = transform

    def __len__(self):
        return 8

    def __getitem__(self, i):
        x = torch.tensor(float(i))
        return self.transform(x) if self.transform else x


def main():
    scale = 3
    dataset = Numbers(transform=lambda x: x * scale)  #! unpicklable-worker-args
    for x in DataLoader(dataset, num_workers=1):
        print(x)


if __name__ == "__main__":
    main()

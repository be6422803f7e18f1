import torch
from torch.utils.data import DataLoader


class PadCollate:
    def __init__(self, pad):
        self.pad = pad

    def __call__(self, batch):
        return torch.tensor(batch) + self.pad


def main():
    loader = DataLoader([1, 2, 3, 4], batch_size=2, collate_fn=PadCollate(1), num_workers=1)
    for x in loader:
        print(x)


if __name__ == "__main__":
    main()

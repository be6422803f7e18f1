import torch
from torch.utils.data import DataLoader


def make_collate(pad):
    def collate(batch):  #! unpicklable-worker-args
        return torch.tensor(batch) + pad

    return collate


def main():
    loader = DataLoader([1, 2, 3, 4], batch_size=2, collate_fn=make_collate(1), num_workers=1)
    for x in loader:
        print(x)


if __name__ == "__main__":
    main()

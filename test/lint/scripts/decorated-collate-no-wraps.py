import torch
from torch.utils.data import DataLoader


def logged(f):
    def inner(batch):  #! unpicklable-worker-args
        return f(batch)

    return inner


@logged
def collate(batch):
    return torch.tensor(batch)


if __name__ == "__main__":
    for x in DataLoader([1, 2, 3, 4], batch_size=2, num_workers=1, collate_fn=collate):
        print(x)

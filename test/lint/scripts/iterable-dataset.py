import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info


class Stream(IterableDataset):
    def __iter__(self):
        info = get_worker_info()
        start = info.id if info else 0
        for i in range(start, 8, info.num_workers if info else 1):
            yield torch.tensor(i)


if __name__ == "__main__":
    for x in DataLoader(Stream(), num_workers=2):
        print(x)

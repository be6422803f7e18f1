import itertools

import torch
import torch.utils.data as data


class Domain(data.Dataset):
    def __init__(self, n, offset=0.0):
        self.items = [torch.full((2,), float(i) + offset) for i in range(n)]

    def __getitem__(self, i):
        return self.items[i]

    def __len__(self):
        return len(self.items)


def main():
    a = data.DataLoader(Domain(8), batch_size=2, num_workers=1)
    b = data.DataLoader(Domain(8, 1.0), batch_size=2, num_workers=1)
    for x, y in zip(a, b):
        print((x - y).mean().item())


main()  #! missing-main-guard

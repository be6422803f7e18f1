"""A class within a class is found by its qualified name."""
import torch
from torch.utils.data import DataLoader, Dataset


class Project:
    class Numbers(Dataset):
        def __len__(self):
            return 4

        def __getitem__(self, i):
            return torch.tensor(i)


if __name__ == "__main__":
    for x in DataLoader(Project.Numbers(), num_workers=1):
        print(x)

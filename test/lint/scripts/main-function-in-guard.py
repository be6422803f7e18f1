import torch
from torch.utils.data import DataLoader, Dataset


class Toy(Dataset):
    def __len__(self):
        return 4

    def __getitem__(self, i):
        return torch.tensor(i)


if __name__ == "__main__":

    def train(loader):
        for x in loader:
            print(x)

    def collate(batch):  #! unpicklable-worker-args
        return torch.stack(batch)

    train(DataLoader(Toy(), num_workers=1, collate_fn=collate))

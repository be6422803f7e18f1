import torch
from torch.utils.data import DataLoader, Dataset

if __name__ == "__main__":

    class Numbers(Dataset):  #! unpicklable-worker-args
        def __len__(self):
            return 4

        def __getitem__(self, i):
            return torch.tensor(i)

    for x in DataLoader(Numbers(), num_workers=1):
        print(x)

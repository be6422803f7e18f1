import h5py
import torch
from torch.utils.data import DataLoader, Dataset


class H5(Dataset):
    def __init__(self, path):
        self.file = h5py.File(path, "r")  #! unpicklable-worker-args
        self.x = self.file["x"]

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return torch.from_numpy(self.x[i])


if __name__ == "__main__":
    for x in DataLoader(H5("data.h5"), num_workers=1):
        print(x.shape)

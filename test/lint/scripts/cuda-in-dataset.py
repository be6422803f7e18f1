import torch
from torch.utils.data import DataLoader, Dataset


class OnGpu(Dataset):
    def __len__(self):
        return 8

    def __getitem__(self, i):
        return torch.randn(4).cuda()  #! fork-after-cuda-init


if __name__ == "__main__":
    for x in DataLoader(OnGpu(), batch_size=4, num_workers=1):
        print(x.device)

import multiprocessing as mp

import torch
from torch.utils.data import DataLoader

mp.set_start_method("spawn")  #! missing-main-guard

if __name__ == "__main__":
    for x in DataLoader(torch.arange(4), num_workers=1):
        print(x)

import multiprocessing as mp

import torch
from torch.utils.data import DataLoader

mp.set_start_method("fork")
for x in DataLoader(torch.arange(8), num_workers=1, collate_fn=lambda batch: batch):
    print(x)

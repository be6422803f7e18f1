import threading

import torch
from torch.utils.data import DataLoader, TensorDataset


def train():
    for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1):
        x.sum()


thread = threading.Thread(target=train)
thread.start()  #! missing-main-guard
thread.join()

import asyncio

import torch
from torch.utils.data import DataLoader, TensorDataset


async def train():
    for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1):
        x.sum()
        await asyncio.sleep(0)


asyncio.run(train())  #! missing-main-guard

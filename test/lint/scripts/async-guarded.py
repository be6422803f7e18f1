import asyncio

import torch
from torch.utils.data import DataLoader, TensorDataset


async def main():
    loader = DataLoader(TensorDataset(torch.arange(8.0)), num_workers=1)
    for (x,) in loader:
        await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(main())

import torch
from torch.utils.data import DataLoader
from tqdm import tqdm

loader = DataLoader(torch.arange(8), batch_size=4, num_workers=1)
for i, x in enumerate(tqdm(loader, desc="train")):  #! missing-main-guard
    x.sum()

import argparse

import torch
from torch.utils.data import DataLoader, TensorDataset

ap = argparse.ArgumentParser()
ap.add_argument("--debug", action="store_true")
opt, _ = ap.parse_known_args()
if opt.debug:
    kwargs = {"num_workers": 0}
else:
    kwargs = {"num_workers": 1, "prefetch_factor": 4}
loader = DataLoader(TensorDataset(torch.arange(8.0)), **kwargs)
it = iter(loader)  #! missing-main-guard
print(next(it))

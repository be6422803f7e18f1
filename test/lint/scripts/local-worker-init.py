import random

import torch
from torch.utils.data import DataLoader


def build(seed):
    def seed_worker(worker_id):  #! unpicklable-worker-args
        random.seed(seed + worker_id)

    return DataLoader(torch.arange(8), batch_size=4, num_workers=1, worker_init_fn=seed_worker)


if __name__ == "__main__":
    for x in build(1):
        print(x)

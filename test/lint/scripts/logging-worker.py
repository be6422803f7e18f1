"""A logger can be pickled; a worker that logs is fine."""
import logging
import random
import re
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

logging.basicConfig(level=logging.INFO)
logger = logging.getLogger(__name__)


def seed_worker(worker_id):
    seed = torch.initial_seed() % 2**32
    np.random.seed(seed)
    random.seed(seed)


class Files(Dataset):
    pattern = re.compile(r"\d+")

    def __init__(self, root, transform=None):
        self.root = Path(root)
        self.logger = logging.getLogger("files")
        self.split = re.compile(",")
        self.rng = np.random.default_rng(0)
        self.paths = sorted(p for p in self.root.glob("*.txt"))
        self.names = map(str, [1, 2, 3])
        self.keys = {1: "a"}.items() and None
        self.transform = transform or torch.nn.Identity()

    def __len__(self):
        return 4

    def __getitem__(self, i):
        self.logger.debug("item %d", i)
        return self.transform(torch.tensor(float(i)))


g = torch.Generator()
g.manual_seed(0)

if __name__ == "__main__":
    loader = DataLoader(Files("/tmp"), num_workers=1, worker_init_fn=seed_worker, generator=g)
    print([x.item() for x in loader])

import functools
import time

import torch
from torch.utils.data import DataLoader, TensorDataset


def timed(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        began = time.time()
        result = f(*args, **kwargs)
        print(time.time() - began)
        return result

    return wrapper


@timed
def main(workers=1):
    for (x,) in DataLoader(TensorDataset(torch.arange(8.0)), num_workers=workers):
        x.sum()


main(workers=2)  #! missing-main-guard

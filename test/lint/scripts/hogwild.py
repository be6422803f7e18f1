import torch
import torch.multiprocessing as mp
from torch import nn


def train(rank, model):
    torch.manual_seed(rank)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.1)


if __name__ == "__main__":
    mp.set_start_method("spawn", force=True)
    model = nn.Linear(2, 2)
    model.share_memory()
    processes = []
    for rank in range(2):
        p = mp.Process(target=train, args=(rank, model))
        p.start()
        processes.append(p)
    for p in processes:
        p.join()

import torch.multiprocessing as mp


def work(rank, size):
    print(rank, size)


mp.spawn(work, args=(2,), nprocs=2)  #! missing-main-guard

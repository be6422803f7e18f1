import torch.multiprocessing as mp


def launch(size):
    def work(rank):  #! unpicklable-worker-args
        print(rank, size)

    mp.spawn(work, nprocs=1)


if __name__ == "__main__":
    launch(1)

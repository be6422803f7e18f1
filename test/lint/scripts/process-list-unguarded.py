import torch.multiprocessing as mp


def work(n):
    print("work", n)


processes = []
for rank in range(2):
    p = mp.Process(target=work, args=(rank,))
    p.start()  #! missing-main-guard
    processes.append(p)
for p in processes:
    p.join()

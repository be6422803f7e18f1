import multiprocessing as mp


def work(queue, n):
    queue.put(n * n)


if __name__ == "__main__":
    queue = mp.Queue()
    workers = [mp.Process(target=work, args=(queue, n)) for n in range(2)]
    for worker in workers:
        worker.start()
    print(sorted(queue.get() for _ in workers))
    for worker in workers:
        worker.join()

"""A lock of multiprocessing may be handed to a process; one of threading may not."""
import multiprocessing as mp


def work(lock, n):
    with lock:
        print(n)


if __name__ == "__main__":
    lock = mp.Lock()
    p = mp.Process(target=work, args=(lock, 1))
    p.start()
    p.join()

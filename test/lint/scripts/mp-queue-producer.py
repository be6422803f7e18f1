import multiprocessing as mp
import time


def producer(q):
    for i in range(3):
        q.put(i)
    q.put(None)


def consumer(q):
    while True:
        item = q.get()
        if item is None:
            break
        print(item)


q = mp.Queue()
p1 = mp.Process(target=producer, args=(q,))
p2 = mp.Process(target=consumer, args=(q,), daemon=True)
for p in (p1, p2):
    p.start()  #! missing-main-guard
for p in (p1, p2):
    p.join()

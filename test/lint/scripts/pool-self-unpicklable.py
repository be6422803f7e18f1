import threading
from multiprocessing import Pool


class Runner:
    def __init__(self):
        self.lock = threading.RLock()  #! unpicklable-worker-args

    def work(self, x):
        return x + 1

    def run(self):
        with Pool(1) as pool:
            return pool.map(self.work, range(3))


if __name__ == "__main__":
    print(Runner().run())

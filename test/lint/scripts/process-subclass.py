import multiprocessing
import threading


class Worker(multiprocessing.Process):
    def __init__(self, n):
        super().__init__()
        self.n = n
        self.done = threading.Event()  #! unpicklable-worker-args

    def run(self):
        print(self.n)


if __name__ == "__main__":
    worker = Worker(1)
    worker.start()
    worker.join()

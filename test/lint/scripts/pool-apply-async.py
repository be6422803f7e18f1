import multiprocessing


class Runner:
    def __init__(self):
        self.factor = 2

    def work(self, x):
        return x * self.factor

    def run(self):
        pool = multiprocessing.Pool(2)
        results = [pool.apply_async(self.work, (i,)) for i in range(3)]
        pool.close()
        pool.join()
        return [r.get() for r in results]


print(Runner().run())  #! missing-main-guard

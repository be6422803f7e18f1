from multiprocessing import Process


def work(n):
    print("work", n)


p = Process(target=work, args=(3,))
p.start()  #! missing-main-guard
p.join()

import multiprocessing as mp


def work(log, n):
    log.write(str(n))


def main():
    log = open("/dev/null", "w")  #! unpicklable-worker-args
    p = mp.Process(target=work, args=(log, 1))
    p.start()
    p.join()


if __name__ == "__main__":
    main()

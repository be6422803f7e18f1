import concurrent.futures as cf


def main():
    offset = 3

    def work(x):  #! unpicklable-worker-args
        return x + offset

    with cf.ProcessPoolExecutor(max_workers=1) as ex:
        print(list(ex.map(work, [1, 2, 3])))


if __name__ == "__main__":
    main()

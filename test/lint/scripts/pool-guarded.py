import multiprocessing


def square(x):
    return x * x


def main():
    with multiprocessing.Pool(processes=2) as pool:
        print(pool.map(square, range(4)))
        print(list(pool.imap_unordered(square, (x for x in range(4)))))


if __name__ == "__main__":
    main()

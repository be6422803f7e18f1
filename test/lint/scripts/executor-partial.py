from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial


def scale(x, factor):
    return x * factor


def main():
    work = partial(scale, factor=3)
    with ProcessPoolExecutor(1) as pool:
        futures = {pool.submit(work, i): i for i in range(3)}
        for future in as_completed(futures):
            print(futures[future], future.result())


if __name__ == "__main__":
    main()

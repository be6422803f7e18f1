import concurrent.futures


def square(x):
    return x * x


if __name__ == "__main__":
    with concurrent.futures.ProcessPoolExecutor(max_workers=1) as executor:
        futures = [executor.submit(square, n) for n in range(3)]
        print([f.result() for f in concurrent.futures.as_completed(futures)])

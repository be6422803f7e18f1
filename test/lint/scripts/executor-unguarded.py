from concurrent.futures import ProcessPoolExecutor


def square(x):
    return x * x


with ProcessPoolExecutor(max_workers=1) as executor:
    print(list(executor.map(square, range(3))))  #! missing-main-guard

from multiprocessing.pool import ThreadPool
from concurrent.futures import ThreadPoolExecutor

with ThreadPool(2) as pool:
    print(pool.map(lambda x: x + 1, [1, 2]))
with ThreadPoolExecutor() as executor:
    print(list(executor.map(lambda x: x + 1, [1, 2])))

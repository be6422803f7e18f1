from multiprocessing import Pool

if __name__ == "__main__":
    with Pool(1) as pool:
        print(pool.map(lambda x: x + 1, [1, 2]))  #! unpicklable-worker-args

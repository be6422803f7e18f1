import multiprocessing as mp

if __name__ == "__main__":
    p = mp.Process(target=lambda: print("hello"))  #! unpicklable-worker-args
    p.start()
    p.join()

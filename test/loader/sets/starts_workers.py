import multiprocessing


def shout(word):
    return word.upper()


pool = multiprocessing.Pool(2)
pool.map(shout, ["a", "b"])
dataset = list(range(100))

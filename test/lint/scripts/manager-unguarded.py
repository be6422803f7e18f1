from multiprocessing import Manager

shared = Manager().dict()  #! missing-main-guard
shared["a"] = 1
print(shared)

import multiprocessing

context = multiprocessing.get_context("spawn")


def work():
    print("work")


process = context.Process(target=work)
process.start()  #! missing-main-guard
process.join()

"""Times a loader of any engine. All times are seconds of time.perf_counter."""

import gc
import math
import multiprocessing
import multiprocessing.forkserver
import os
import time

from loader_errors import Refused, as_refusal


class Idle:
    """Carries the real data set to the workers, so that starting them costs what it costs, but does not load from it."""

    def __init__(self, dataset, told):
        self.dataset = dataset
        self.told = told

    def __len__(self):
        return 1 << 20

    def __getitem__(self, index):
        return self.told()


class Echo:
    """Hands out copies of one batch: what is left is the cost of sending it."""

    def __init__(self, batch, copy):
        self.batch = batch
        self.copy = copy

    def __len__(self):
        return 1 << 20

    def __getitem__(self, index):
        return self.copy(self.batch)


def only(items):
    return items[0]


def seen_from_inside():
    """What a worker process is given: processors, threads, memory of its own."""
    seen = {"privateMiB": private_mib(), "startMethod": multiprocessing.get_start_method(allow_none=True)}
    if hasattr(os, "sched_getaffinity"):
        seen["affinity"] = len(os.sched_getaffinity(0))
    return seen


def private_mib():
    """Memory that this process shares with nobody; None where the system does not tell."""
    try:
        with open("/proc/self/smaps_rollup") as lines:
            sizes = [int(line.split()[1]) for line in lines if line.startswith(("Private_Dirty", "Private_Clean"))]
        return sum(sizes) / 1024.0
    except (OSError, ValueError, IndexError):
        return None


def use_server(method, preload):
    """A fresh forkserver, because the one that runs has what an earlier measurement made it import."""
    if method != "forkserver":
        return
    server = multiprocessing.forkserver._forkserver
    server._stop()
    multiprocessing.set_forkserver_preload(preload)


def waiting_for_cpu():
    """Seconds that this thread waited for a processor that others had; 0 where the kernel does not count it."""
    try:
        with open("/proc/thread-self/schedstat") as line:
            return int(line.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def time_batches(make, least, most, seconds):
    """Wall and processor time of batches made in this process, one by one."""
    walls, cpus, delays, batch = [], [], [], None
    began = time.perf_counter()
    for number in range(most + 1):
        cpu, delay, start = time.process_time(), waiting_for_cpu(), time.perf_counter()
        try:
            batch = make(number)
        except StopIteration:
            break
        wall = time.perf_counter() - start
        # The first one warms caches and lazy imports.
        if number > 0:
            walls.append(wall)
            cpus.append(time.process_time() - cpu)
            delays.append(waiting_for_cpu() - delay)
        if number >= least and time.perf_counter() - began > seconds:
            break
    return {"walls": walls, "cpus": cpus, "delays": delays}, batch


def time_start(open_loader, dataset, spec, preload):
    """From nothing to the first batch and to one batch of every worker, and from there to no worker."""
    use_server(spec["method"], preload)
    gc.collect()
    start = time.perf_counter()
    loader = open_loader(dataset, spec)
    try:
        iterator = loader.begin()
        seen = next(iterator)
        first = time.perf_counter() - start
        for _ in range(spec["workers"] - 1):
            next(iterator)
        whole = time.perf_counter() - start
    finally:
        # Workers that do not persist end with their iterator.
        stopping = time.perf_counter()
        iterator = None
        loader.close()
        stop = time.perf_counter() - stopping
    return {"firstSeconds": first, "allSeconds": whole, "stopSeconds": stop, "seen": seen}


def time_copies(open_loader, dataset, spec, count):
    """Cost of one batch to a worker that sends without pause, and to a consumer whose queue is full."""
    loader = open_loader(dataset, spec)
    try:
        iterator = loader.begin()
        next(iterator)
        start = time.perf_counter()
        for _ in range(count):
            next(iterator)
        cycle = (time.perf_counter() - start) / count
        waits = []
        for _ in range(count):
            time.sleep(min(0.3, 3 * cycle))
            start = time.perf_counter()
            next(iterator)
            waits.append(time.perf_counter() - start)
        iterator = None
    finally:
        loader.close()
    waits.sort()
    return {"workerSeconds": cycle, "consumerSeconds": waits[len(waits) // 2]}


def time_epochs(open_loader, dataset, spec, preload, epochs, step):
    """Start, each epoch (first batch, waiting, whole) and stop of one loader that feeds training steps."""
    use_server(spec["method"], preload)
    gc.collect()
    start = time.perf_counter()
    loader = open_loader(dataset, spec)
    told = []
    try:
        for number in range(epochs):
            told.append(one_epoch(loader, spec, step, start if number == 0 else time.perf_counter()))
    finally:
        stopping = time.perf_counter()
        loader.close()
        stop = time.perf_counter() - stopping
    return {"epochs": told, "stopSeconds": stop}


def one_epoch(loader, spec, step, start):
    """One epoch, or as much of it as is done within spec["most"] seconds and two batches."""
    iterator = loader.begin()
    first, waited, batches, samples, stamps = None, 0.0, 0, 0, []
    while spec["count"] is None or batches < spec["count"]:
        before = time.perf_counter()
        try:
            batch = next(iterator)
        except StopIteration:
            break
        now = time.perf_counter()
        if first is None:
            first = now - start
        else:
            waited += now - before
        samples += length_of(batch) if spec["batches"] is None else len(spec["batches"][batches])
        batches += 1
        step.run(batch)
        stamps.append(time.perf_counter())
        if batches >= 2 and stamps[-1] - start > spec["most"]:
            break
    iterator = None
    step.finish()
    end = time.perf_counter()
    if batches == 0:
        raise Refused("usage", "the data set gave no batch")
    cycles = [after - before for before, after in zip(stamps, stamps[1:])]
    # All workers hand over their first batch at about the same time: the rate shows from the second one on.
    steady = cycles[max(0, spec["workers"] - 1) :] or cycles
    mean = sum(steady) / len(steady) if steady else end - start
    return {
        "seconds": end - start,
        "firstSeconds": first,
        "waitSeconds": waited,
        "batches": batches,
        "samples": samples,
        "cycleSeconds": mean,
        "sawTooth": saw_tooth(cycles, spec["workers"]),
    }


def saw_tooth(cycles, workers):
    """Autocorrelation of batch times at the lag of the number of workers: near 1 where every w-th batch is waited for."""
    if workers < 2 or len(cycles) < 4 * workers:
        return None
    mean = sum(cycles) / len(cycles)
    around = [cycle - mean for cycle in cycles]
    power = sum(value * value for value in around)
    if power == 0:
        return None
    both = sum(before * after for before, after in zip(around, around[workers:]))
    value = both / power
    return value if math.isfinite(value) else None


def length_of(batch):
    if isinstance(batch, (list, tuple)) and batch:
        return length_of(batch[0])
    if isinstance(batch, dict) and batch:
        return length_of(next(iter(batch.values())))
    try:
        return len(batch)
    except TypeError:
        return 1


class Sleep:
    """A training step on a GPU as the processor sees it: nothing to do until it is done."""

    def __init__(self, seconds):
        self.seconds = seconds

    def run(self, batch):
        if self.seconds > 0:
            time.sleep(self.seconds)

    def finish(self):
        pass

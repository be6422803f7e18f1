"""The loader pattern on multiprocessing alone: an index queue per worker, one queue of results, batches in order."""

import multiprocessing
import os
import queue
import signal
import time

from loader_errors import Refused
from loader_sets import collate as default_collate


class Plain:
    """No workers: batches are made in this process."""

    def __init__(self, dataset, spec):
        self.dataset = dataset
        self.spec = spec

    def begin(self):
        for indices in self.spec["batches"]:
            yield fetch(self.dataset, indices, self.spec["collate"])

    def close(self):
        pass


class Pool:
    """Workers that live over several epochs where `persistent`, else for one."""

    def __init__(self, dataset, spec):
        self.dataset = dataset
        self.spec = spec
        self.workers = []
        self.round = 0

    def begin(self):
        if self.workers and not self.spec["persistent"]:
            self.close()
        if not self.workers:
            self.start()
        return self.epoch()

    def start(self):
        context = multiprocessing.get_context(self.spec["method"])
        self.results = context.Queue()
        for _ in range(self.spec["workers"]):
            indices = context.Queue()
            indices.cancel_join_thread()
            arguments = (self.dataset, self.spec["collate"], indices, self.results)
            process = context.Process(target=serve, args=arguments, daemon=True)
            process.start()
            self.workers.append((process, indices))

    def epoch(self):
        batches = self.spec["batches"]
        sent, early = 0, {}
        self.round += 1
        window = self.spec["prefetch"] * len(self.workers)
        for wanted in range(len(batches)):
            while sent < len(batches) and sent - wanted < window:
                self.workers[sent % len(self.workers)][1].put(((self.round, sent), batches[sent]))
                sent += 1
            while wanted not in early:
                (round_number, number), batch, failure = self.receive()
                if failure is not None:
                    raise Refused("dataset", "the data set fails while loading: %s" % failure)
                # An epoch that was left early has batches under way.
                if round_number == self.round:
                    early[number] = batch
            yield early.pop(wanted)

    def receive(self):
        until = time.perf_counter() + self.spec["timeout"]
        while True:
            try:
                return self.results.get(timeout=0.5)
            except queue.Empty:
                self.look_for_the_dead()
                if time.perf_counter() > until:
                    for process, _ in self.workers:
                        process.kill()
                    message = "a worker gave no batch within %d s" % self.spec["timeout"]
                    raise Refused("worker", message, {"hung": True})

    def look_for_the_dead(self):
        for process, _ in self.workers:
            if process.exitcode is not None:
                raise Refused("worker", "worker (pid %s) %s" % (process.pid, how_ended(process.exitcode)))

    def close(self):
        for process, indices in self.workers:
            if process.is_alive():
                indices.put(None)
        # A worker ends only when its results are taken off its hands.
        until = time.perf_counter() + 5
        while any(process.is_alive() for process, _ in self.workers) and time.perf_counter() < until:
            drain(self.results)
            for process, _ in self.workers:
                process.join(0.002)
        for process, indices in self.workers:
            if process.is_alive():
                process.kill()
                process.join(1)
            indices.close()
        if self.workers:
            self.results.close()
        self.workers = []


def drain(results):
    try:
        while True:
            results.get_nowait()
    except (queue.Empty, OSError, EOFError):
        pass


def how_ended(code):
    if code is not None and code < 0:
        try:
            return "is killed by signal: %s" % signal.Signals(-code).name
        except ValueError:
            return "is killed by signal: %d" % -code
    return "exited unexpectedly with exit code %s" % code


def serve(dataset, collate, indices, results):
    """What a worker runs until it is handed None. An orphan ends too."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    while True:
        try:
            task = indices.get(timeout=5)
        except queue.Empty:
            if os.getppid() != parent:
                return
            continue
        if task is None:
            return
        number, items = task
        try:
            results.put((number, fetch(dataset, items, collate), None))
        except MemoryError:
            os._exit(12)
        except Exception as error:
            text = " ".join(str(error).split())[:300]
            results.put((number, None, "%s: %s" % (type(error).__name__, text)))


def fetch(dataset, indices, collate):
    if indices is None:
        return dataset
    return (collate or default_collate)([dataset[index] for index in indices])

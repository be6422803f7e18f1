"""Measures data loaders for envdoctor: a command per line of JSON on stdin, an answer per line on stdout.

Only measures; what follows from the numbers is judged elsewhere. Runs on Python 3.8 and newer.
"""

import json
import multiprocessing
import multiprocessing.util
import os
import pickle
import platform
import random
import signal
import sys
import threading
import time

import loader_measure
import loader_sets
from loader_errors import Refused, as_refusal, described


class Session:
    """One data set with the engine that loads it."""

    def __init__(self, engine):
        self.engine = engine
        self.dataset = None
        self.held = {}

    def open(self, command):
        limit_open_files(command.get("openFiles"))
        name = command["dataset"]
        if command.get("path"):
            import loader_user

            given = loader_user.load(command["path"], name)
            self.dataset, self.options = self.engine.take(given)
        else:
            self.dataset, self.options = self.engine.built_in(name), {"kind": "map"}
        self.name = None if command.get("path") else name
        self.batch_size = command.get("batchSize") or self.options.get("batchSize") or 32
        self.samples = self.count_samples()
        self.all_batches = self.index_batches()
        self.step = None
        batch = self.first_batch()
        self.batch = batch
        pickled, why = pickled_size(self.dataset, self.options.get("collate"), self.engine.tensors_by_handle)
        return {
            "kind": self.options["kind"],
            "samples": self.samples,
            "batches": None if self.all_batches is None else len(self.all_batches),
            "batchSize": self.batch_size,
            "batchBytes": loader_sets.size_of(batch),
            "tensors": loader_sets.count_arrays(batch),
            "pickledBytes": pickled,
            "unpicklable": why,
            "numWorkers": self.options.get("numWorkers"),
            "folder": folder_of(self.dataset),
            "process": about_process(),
            "engine": self.engine.about(),
        }

    def count_samples(self):
        try:
            samples = len(self.dataset)
        except (TypeError, NotImplementedError, AttributeError):
            return None
        except Exception as error:
            raise Refused("dataset", "the length of the data set cannot be told: %s" % described(error))
        if samples == 0:
            raise Refused("usage", "the data set is empty: its length is 0")
        return samples

    def index_batches(self):
        """Indices of every batch of an epoch; None where the data set is only iterated over."""
        if self.options["kind"] == "iterable":
            return None
        if "batches" in self.options:
            return [list(indices) for indices in self.options["batches"]]
        order = list(range(self.samples or 0))
        random.Random(0).shuffle(order)
        size = self.batch_size
        batches = [order[start : start + size] for start in range(0, len(order), size)]
        if self.options.get("dropLast") and len(batches) > 1 and len(batches[-1]) < size:
            batches.pop()
        return batches

    def first_batch(self):
        try:
            if self.all_batches is not None:
                return self.engine.make_batch(self.dataset, self.all_batches[0], self.options)
            iterator = self.engine.open_loader(self.dataset, self.spec({"workers": 0})).begin()
            return next(iterator)
        except StopIteration:
            raise Refused("usage", "the data set is empty: iterating over it gives nothing")
        except Exception as error:
            raise as_refusal(error)

    def spec(self, command, batches=None):
        """What a loader of any engine is opened with."""
        count = command.get("batches")
        if batches is None and self.all_batches is not None:
            batches = self.all_batches[:count] if count else self.all_batches
        return {
            "workers": command.get("workers", 0),
            "method": command.get("method"),
            "prefetch": command.get("prefetch") or 2,
            "persistent": bool(command.get("persistent")) and command.get("workers", 0) > 0,
            "pin": bool(command.get("pin")),
            "timeout": command.get("timeout", 60),
            "collate": self.options.get("collate"),
            "init": self.options.get("init"),
            "batchSize": self.batch_size,
            "batches": batches,
            "count": count,
            "most": command.get("most") or float("inf"),
        }

    def plain(self, command, count):
        """A spec for the small data sets of our own, which need no collating."""
        spec = self.spec(command, [[number] for number in range(count)])
        spec.update(collate=loader_measure.only, init=None, count=None)
        return spec

    def batches(self, command):
        back = self.engine.single_thread()
        try:
            if self.all_batches is None:
                iterator = self.engine.open_loader(self.dataset, self.spec({"workers": 0})).begin()
                make = lambda number: next(iterator)  # noqa: E731
            else:
                every = self.all_batches
                make = lambda number: self.engine.make_batch(  # noqa: E731
                    self.dataset, every[number % len(every)], self.options
                )
            timed, _ = loader_measure.time_batches(make, 3, command["most"], command["seconds"])
        finally:
            back()
        if self.all_batches is not None:
            timed["directSeconds"] = self.engine.direct(self.dataset, self.all_batches)
        return timed

    def make_step(self, command):
        self.step, told = self.engine.make_step(command.get("stepMs"), self.name, self.batch)
        told["pinning"] = self.engine.time_pinning(self.batch) if hasattr(self.engine, "time_pinning") else None
        return told

    def start(self, command):
        idle = loader_measure.Idle(self.dataset, loader_measure.seen_from_inside)
        spec = self.plain(command, command["workers"])
        return loader_measure.time_start(self.engine.open_loader, idle, spec, self.preload(command))

    def copies(self, command):
        echo = loader_measure.Echo(self.batch, self.engine.duplicate)
        spec = self.plain(dict(command, workers=1), 2 * command["count"] + 1)
        return loader_measure.time_copies(self.engine.open_loader, echo, spec, command["count"])

    def epochs(self, command):
        spec = self.spec(command)
        preload = self.preload(command)
        timer = loader_measure.time_epochs
        return timer(self.engine.open_loader, self.dataset, spec, preload, command["epochs"], self.step)

    def warm_epoch(self, command):
        """One epoch of a loader whose workers stay until `release`, so that only the first epoch starts them."""
        spec = self.spec(dict(command, persistent=True))
        key = (spec["workers"], spec["prefetch"], spec["count"])
        start = time.perf_counter()
        if key not in self.held:
            if spec["workers"] > 0 and not self.held:
                loader_measure.use_server(spec["method"], self.preload(command))
            self.held[key] = self.engine.open_loader(self.dataset, spec)
        try:
            told = loader_measure.one_epoch(self.held[key], spec, self.step, start)
        except Exception:
            self.held.pop(key).close()
            raise
        return {"epochs": [told], "stopSeconds": 0.0}

    def release(self, command):
        for loader in self.held.values():
            loader.close()
        self.held.clear()
        return {}

    def replays(self, command):
        """Does every worker of an iterable data set give the same batches?"""
        loader = self.engine.open_loader(self.dataset, self.spec(dict(command, workers=2)))
        try:
            iterator = loader.begin()
            first, second = next(iterator), next(iterator, None)
            same = second is not None and self.engine.comparable(first) == self.engine.comparable(second)
        finally:
            iterator = None
            loader.close()
        return {"replays": same}

    def storage(self, command):
        import loader_storage

        return loader_storage.measure(command["folder"], command["seconds"])

    def preload(self, command):
        if not command.get("preload"):
            return []
        return self.engine.PRELOAD


COMMANDS = ("open", "batches", "make_step", "start", "copies", "epochs", "warm_epoch", "release", "replays", "storage")


class Counter:
    """A file that only counts, and gives up where a pickle becomes too long to be told exactly."""

    most = 1 << 30

    def __init__(self):
        self.size = 0

    def write(self, data):
        self.size += len(data)
        if self.size > self.most:
            raise OverflowError
        return len(data)


def pickled_size(dataset, collate, by_handle):
    """Bytes that a spawned worker is sent, and None; or None and why the data set cannot be pickled."""
    counter = Counter()

    class Sizer(pickle.Pickler):
        def persistent_id(self, value):
            return "handle" if by_handle(value) else None

    try:
        Sizer(counter, protocol=pickle.HIGHEST_PROTOCOL).dump((dataset, collate))
    except OverflowError:
        return counter.most, None
    except Exception as error:
        return None, described(error)
    return counter.size, None


def folder_of(dataset):
    """The folder that a data set says it reads from, by the names that data sets commonly give it."""
    for name in ("root", "root_dir", "data_dir", "image_dir", "img_dir", "folder", "path", "directory"):
        value = getattr(dataset, name, None)
        if isinstance(value, (str, os.PathLike)) and os.path.isdir(value):
            return os.path.abspath(value)
    for name in ("samples", "imgs", "images", "paths", "files", "image_paths"):
        values = getattr(dataset, name, None)
        first = values[0] if isinstance(values, (list, tuple)) and values else None
        first = first[0] if isinstance(first, (list, tuple)) and first else first
        if isinstance(first, (str, os.PathLike)) and os.path.isfile(first):
            return os.path.dirname(os.path.abspath(first))
    return None


def about_process():
    told = {
        "python": platform.python_version(),
        "executable": sys.executable,
        "startMethod": multiprocessing.get_start_method(),
        "startMethods": multiprocessing.get_all_start_methods(),
        "addressSpaceMiB": None,
        "virtualMiB": None,
        "residentMiB": None,
        "filesOpen": None,
        "openFilesLimit": None,
    }
    try:
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        told["addressSpaceMiB"] = None if most == resource.RLIM_INFINITY else most / 1048576.0
        with open("/proc/self/statm") as line:
            pages = line.read().split()
        unit = resource.getpagesize() / 1048576.0
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        told["openFilesLimit"] = None if soft == resource.RLIM_INFINITY else soft
        told["filesOpen"] = len(os.listdir("/proc/self/fd"))
        told["virtualMiB"], told["residentMiB"] = int(pages[0]) * unit, int(pages[1]) * unit
    except (ImportError, OSError, ValueError, IndexError):
        pass
    return told


def limit_open_files(soft):
    """Node raises the limit for itself and its children; a training job has the one that the shell has."""
    if soft is None:
        return
    try:
        import resource

        now, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < now:
            resource.setrlimit(resource.RLIMIT_NOFILE, (int(soft), hard))
    except (ImportError, OSError, ValueError):
        pass


class Channel:
    """stdin and stdout for us alone: what the user's code prints goes to stderr, and workers inherit neither."""

    def __init__(self):
        self.commands = os.fdopen(os.dup(0), "r", encoding="utf-8")
        self.answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)

    def say(self, answer):
        self.answers.write(json.dumps(answer) + "\n")
        self.answers.flush()


def find_engine(name):
    if name == "python":
        import loader_std

        return loader_std
    try:
        import loader_torch
    except Exception as error:
        raise Refused("engine", "PyTorch cannot be imported: %s" % described(error))
    return loader_torch


def answer(session, command):
    """The answer to one command, also where it cannot be done."""
    try:
        if command["do"] == "engine":
            session.append(Session(find_engine(command["name"])))
            return {"engine": session[-1].engine.about()}
        if command["do"] not in COMMANDS:
            raise Refused("usage", "no such command: %s" % command["do"])
        return getattr(session[-1], command["do"])(command)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        refused = as_refusal(error)
        return {"error": {"kind": refused.kind, "message": refused.message, "detail": refused.detail}}


def stop(*_):
    # Ends the workers in order on the way out; what blocks there is left to the tracker of multiprocessing.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    last = threading.Timer(2, os._exit, [143])
    last.daemon = True
    last.start()
    sys.exit(143)


def leave_nothing():
    """Ends what multiprocessing keeps running; its tracker removes named semaphores as it ends."""
    try:
        for process in multiprocessing.active_children():
            process.kill()
        if sys.platform == "win32":
            return
        from multiprocessing import forkserver, resource_tracker

        forkserver._forkserver._stop()
        multiprocessing.util._exit_function()
        resource_tracker._resource_tracker._stop()
    except Exception as error:
        sys.stderr.write("cleaning up: %s\n" % described(error))


def serve(channel):
    session = []
    for line in channel.commands:
        command = json.loads(line)
        if command["do"] == "end":
            break
        told = answer(session, command)
        told["id"] = command["id"]
        channel.say(told)


def main():
    channel = Channel()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        serve(channel)
    finally:
        leave_nothing()


if __name__ == "__main__":
    main()

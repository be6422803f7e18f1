"""Data sets as people get them wrong."""

import array
import os
import signal
import time


class Raises:
    def __len__(self):
        return 200

    def __getitem__(self, index):
        raise KeyError("no such file: %d.png" % index)


class RaisesLater:
    def __len__(self):
        return 200

    def __getitem__(self, index):
        if index == 150:
            raise ValueError("broken image %d" % index)
        return array.array("f", [float(index)])


class Ragged:
    def __len__(self):
        return 200

    def __getitem__(self, index):
        return array.array("f", [1.0] * (index % 5 + 1))


class Empty:
    def __len__(self):
        return 0

    def __getitem__(self, index):
        raise IndexError(index)


class NeedsArguments:
    def __init__(self, root, transform):
        self.root = root


class Unpicklable:
    def __init__(self):
        self.read = lambda index: array.array("f", [float(index)])

    def __len__(self):
        return 200

    def __getitem__(self, index):
        return self.read(index)


class SlowItems:
    """Makes a batch in a moment that workers could hide."""

    parent = os.getpid()

    def __len__(self):
        return 400

    def __getitem__(self, index):
        time.sleep(0.0005)
        return array.array("f", [float(index)])


class DiesInWorkers(SlowItems):
    def __getitem__(self, index):
        if os.getpid() != self.parent and index % 50 == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__getitem__(index)


class HangsInWorkers(SlowItems):
    def __getitem__(self, index):
        if os.getpid() != self.parent and index % 50 == 7:
            time.sleep(600)
        return super().__getitem__(index)


def generator():
    yield 1


def fails():
    raise RuntimeError("no data here")


def number():
    return 42

"""The engine that needs nothing but Python: the loader pattern of loader_pool with the built-in or any plain data set."""

import copy

import loader_sets
from loader_errors import Refused
from loader_measure import Sleep
from loader_pool import Plain, Pool

NAME = "python"
PRELOAD = ["loader_pool"]
NOMINAL_STEP_MS = {"table": 1.0, "images": 20.0}


def built_in(name):
    return {"table": loader_sets.Table, "images": loader_sets.Images}[name]()


def take(given):
    """(data set, batch size or None, collate or None, kind) of what the user's file gave."""
    if hasattr(given, "__getitem__") and hasattr(given, "__len__"):
        return given, {"kind": "map"}
    if hasattr(given, "__iter__"):
        message = "a data set that is only iterated over needs PyTorch (--engine torch) to be measured"
        raise Refused("usage", message)
    raise Refused("usage", "expected a data set with __getitem__ and __len__, got %s" % type(given).__name__)


def open_loader(dataset, spec):
    return Plain(dataset, spec) if spec["workers"] == 0 else Pool(dataset, spec)


def make_batch(dataset, indices, options):
    collate = options.get("collate") or loader_sets.collate
    return collate([dataset[index] for index in indices])


def single_thread():
    return lambda: None


def duplicate(batch):
    return copy.copy(batch) if not isinstance(batch, (bytes, tuple)) else batch


def make_step(asked_ms, dataset_name, batch):
    seconds = (NOMINAL_STEP_MS.get(dataset_name, 20.0) if asked_ms is None else asked_ms) / 1000.0
    how = "assumed" if asked_ms is None else "given"
    return Sleep(seconds), {"seconds": seconds, "launchSeconds": seconds, "cpuShare": 0.0, "how": how, "device": None}


def about():
    return {"framework": None, "cuda": False, "sharing": None}


def direct(dataset, batches):
    return None


def tensors_by_handle(value):
    return False

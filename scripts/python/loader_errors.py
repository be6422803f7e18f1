"""What can go wrong while a loader is measured, in words that a person understands."""

import traceback


class Refused(Exception):
    """`kind` is usage (the data set cannot be used), dataset (it fails while loading), worker or memory."""

    def __init__(self, kind, message, detail=None):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.detail = detail or {}


def described(error):
    text = " ".join(str(error).split())
    name = type(error).__name__
    return "%s: %s" % (name, text[:300]) if text else name


def place_in(path, error):
    """ ", line N" of the innermost frame in the user's file, or nothing."""
    line = None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == path:
            line = frame.lineno
    return "" if line is None else ", line %d" % line


WORKER_WORDS = (
    "DataLoader worker",
    "DataLoader timed out",
    "exited unexpectedly",
    "Too many open files",
    "received 0 items of ancdata",
    "unable to open shared memory",
    "unable to allocate shared memory",
    "unable to mmap",
    "Cannot allocate memory",
    "Resource temporarily unavailable",
    "can't start new thread",
)


def as_refusal(error):
    """Tells an error of the data set from one of the workers or of the machine."""
    if isinstance(error, Refused):
        return error
    text = str(error)
    if isinstance(error, MemoryError) or "MemoryError" in text or "Cannot allocate memory" in text:
        return Refused("memory", described(error))
    in_worker = "Caught " in text and "DataLoader worker process" in text
    if in_worker and not any(word in text for word in WORKER_WORDS[3:]):
        lines = [line for line in text.strip().splitlines() if line.strip()]
        return Refused("dataset", "the data set fails while loading: %s" % " ".join(lines[-1].split())[:300])
    if isinstance(error, OSError) and error.errno in (11, 12, 23, 24, 28):
        return Refused("worker", described(error))
    if any(word in text for word in WORKER_WORDS):
        return Refused("worker", described(error))
    if "pickle" in text.lower() and isinstance(error, (TypeError, AttributeError, RuntimeError)):
        return Refused("pickle", described(error))
    if type(error).__name__ == "PicklingError":
        return Refused("pickle", described(error))
    return Refused("dataset", "the data set fails while loading: %s" % described(error))

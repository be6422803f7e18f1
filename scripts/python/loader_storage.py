"""Read throughput of a folder's files at several numbers of readers, cold where the system lets us drop its cache."""

import os
import tempfile
import threading
import time

READERS = (1, 2, 4, 8)
MOST_FILES = 256
MOST_BYTES = 256 << 20


def measure(folder, seconds):
    """One curve for the folder and one for the same files on the local disk."""
    files = sample(folder)
    if not files:
        return {"files": 0, "bytes": 0, "there": [], "local": []}
    share = seconds / (2.0 * len(READERS))
    with tempfile.TemporaryDirectory(prefix="envdoctor-read-") as local:
        copies = copy(files, local)
        there = [one_point(files, readers, share) for readers in READERS]
        here = [one_point(copies, readers, share) for readers in READERS]
    return {"files": len(files), "bytes": sum(os.path.getsize(f) for f in files), "there": there, "local": here}


def sample(folder):
    found, total = [], 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(root, name)
            try:
                size = os.path.getsize(path)
            except OSError:
                continue
            if not os.path.isfile(path) or size == 0 or total + size > MOST_BYTES:
                continue
            found.append(path)
            total += size
            if len(found) == MOST_FILES:
                return found
    return found


def copy(files, folder):
    copies = []
    for number, path in enumerate(files):
        target = os.path.join(folder, str(number))
        with open(path, "rb") as source, open(target, "wb") as sink:
            while True:
                block = source.read(1 << 20)
                if not block:
                    break
                sink.write(block)
            sink.flush()
            os.fsync(sink.fileno())
        copies.append(target)
    return copies


def one_point(files, readers, seconds):
    """Readers take files in turn until the time is over; gives MiB and files per second."""
    forget(files)
    until = time.perf_counter() + seconds
    lock, taken, done = threading.Lock(), [0], [0, 0]

    def read():
        while time.perf_counter() < until:
            with lock:
                number = taken[0]
                taken[0] += 1
            if number >= len(files):
                return
            with open(files[number], "rb", buffering=0) as file:
                size = 0
                while True:
                    block = file.read(1 << 20)
                    if not block:
                        break
                    size += len(block)
            with lock:
                done[0] += 1
                done[1] += size

    start = time.perf_counter()
    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = max(1e-9, time.perf_counter() - start)
    return {"readers": readers, "filesPerSecond": done[0] / took, "mibPerSecond": done[1] / took / (1 << 20)}


def forget(files):
    """Asks the kernel to drop the files from its cache, so that the next read goes to the disk."""
    advise = getattr(os, "posix_fadvise", None)
    if advise is None:
        return
    for path in files:
        try:
            handle = os.open(path, os.O_RDONLY)
            try:
                advise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)
        except OSError:
            pass

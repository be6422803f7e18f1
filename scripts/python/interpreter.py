"""Says as one line of JSON what this interpreter is and how it starts workers.

Runs on 2.7 and on every 3.x, so that an old Python is named and not mistaken for a broken one.
"""

import json
import os
import sys


def start_methods():
    """Start methods of multiprocessing with the default, or why they cannot be told."""
    try:
        import multiprocessing

        return {
            "startMethods": list(multiprocessing.get_all_start_methods()),
            "startMethod": multiprocessing.get_start_method(),
        }
    except AttributeError:
        return {"reason": "multiprocessing has no start methods before Python 3.4"}
    except Exception as error:
        return {"reason": "multiprocessing: %s: %s" % (type(error).__name__, error)}


def describe():
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[3] != "final":
        version += {"alpha": "a", "beta": "b", "candidate": "rc"}[sys.version_info[3]] + str(sys.version_info[4])
    implementation = getattr(sys, "implementation", None)
    told = {
        "envdoctor": 1,
        "version": version,
        "implementation": implementation.name if implementation else "cpython",
        "platform": sys.platform,
        "prefix": sys.prefix,
        "basePrefix": getattr(sys, "base_prefix", sys.prefix),
        "executable": sys.executable,
        "bits": 64 if sys.maxsize > 2**32 else 32,
        "freeThreaded": "free-threading" in sys.version,
    }
    told.update(start_methods())
    return told


def main():
    sys.stdout.write("\n" + json.dumps(describe()) + "\n")
    sys.stdout.flush()
    # Taking the interpreter down takes half as long as starting it, and whoever asked waits for the end.
    os._exit(0)


if __name__ == "__main__":
    main()

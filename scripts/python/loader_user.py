"""Takes a data set out of the user's own file, which is imported as a module: its main part does not run."""

import importlib
import inspect
import multiprocessing.process
import os
import sys

from loader_errors import Refused, described, place_in


class StartedWorkers(RuntimeError):
    pass


class WorkersForbidden:
    """While the user's file is imported, no process may be started by multiprocessing."""

    def __enter__(self):
        self.tried = False
        self.start = multiprocessing.process.BaseProcess.start

        def refuse(process):
            self.tried = True
            raise StartedWorkers("worker processes may not be started while the file is imported")

        multiprocessing.process.BaseProcess.start = refuse
        return self

    def __exit__(self, *_):
        multiprocessing.process.BaseProcess.start = self.start


def load(path, name):
    """The object that NAME means in the file, made by calling it where it is a class or a function."""
    made = getattr(module_of(path), name, None)
    if made is None:
        raise Refused("usage", "%s has no '%s' at its top level%s" % (path, name, names_in(path)))
    if not (inspect.isclass(made) or inspect.isroutine(made)):
        return made
    wanted = needed_arguments(made)
    if wanted:
        message = "%s:%s needs arguments (%s); give a function that takes none and returns the data set"
        raise Refused("usage", message % (path, name, ", ".join(wanted)))
    try:
        with WorkersForbidden() as guard:
            result = made()
    except BaseException as error:
        if guard.tried:
            raise Refused("usage", "%s:%s starts workers while it makes the data set" % (path, name))
        if isinstance(error, KeyboardInterrupt):
            raise
        raise Refused("dataset", "%s:%s failed%s: %s" % (path, name, place_in(path, error), described(error)))
    if inspect.isgenerator(result):
        raise Refused("usage", "%s:%s is a generator, which can be read only once; return a Dataset" % (path, name))
    return result


def module_of(path):
    if not os.path.isfile(path):
        raise Refused("usage", "%s: no such file; expected FILE.py:NAME" % path)
    folder, file = os.path.split(path)
    name = os.path.splitext(file)[0]
    # Workers that are spawned import the module by its name, so it has to be found on the path.
    sys.path.insert(0, folder)
    sys.modules.pop(name, None)
    importlib.invalidate_caches()
    before = sys.argv
    sys.argv = [path]
    try:
        with WorkersForbidden() as guard:
            module = importlib.import_module(name)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        if guard.tried:
            raise Refused("usage", workers_at_import(path, error), {"cause": "missing-main-guard"})
        if isinstance(error, SystemExit):
            raise Refused("usage", "%s ends the program while it is imported (SystemExit)" % path)
        if isinstance(error, SyntaxError):
            raise Refused("usage", "%s is no Python that this interpreter reads: %s" % (path, described(error)))
        raise Refused("usage", "%s cannot be imported%s: %s" % (path, place_in(path, error), described(error)))
    finally:
        sys.argv = before
    if guard.tried:
        raise Refused("usage", workers_at_import(path, None), {"cause": "missing-main-guard"})
    if getattr(module, "__file__", None) and os.path.realpath(module.__file__) != os.path.realpath(path):
        message = "the name of %s is taken by the module %s; rename the file"
        raise Refused("usage", message % (path, module.__file__))
    return module


def workers_at_import(path, error):
    place = place_in(path, error) if error is not None else ""
    return (
        '%s starts workers at import time%s; put the training into `if __name__ == "__main__":`' % (path, place)
    )


def needed_arguments(made):
    try:
        parameters = inspect.signature(made).parameters.values()
    except (TypeError, ValueError):
        return []
    named = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [p.name for p in parameters if p.default is inspect.Parameter.empty and p.kind in named]


def names_in(path):
    module = sys.modules.get(os.path.splitext(os.path.basename(path))[0])
    own = [
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and getattr(value, "__module__", None) == module.__name__ and callable(value)
    ]
    return "; it has: %s" % ", ".join(sorted(own)[:8]) if own else ""

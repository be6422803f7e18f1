"""Makes spawn the default start method, as on Windows and macOS, and notes which loaders start their workers anew.

Loaded by Python itself, in the measured script and in its workers, because its folder is on PYTHONPATH.
"""

import json
import multiprocessing
import multiprocessing.context as context
import os
import sys

context._default_context._default_context = context._concrete_contexts[os.environ["LINT_TRUTH_METHOD"]]


def _line_in_script():
    """Line of the script that is running, or None where none of it is."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == os.environ["LINT_TRUTH_SCRIPT"]:
            return frame.f_lineno
        frame = frame.f_back
    return None


def _note(**what):
    with open(os.environ["LINT_TRUTH_NOTES"], "a", encoding="utf-8") as notes:
        notes.write(json.dumps(what) + "\n")


def _watch_loaders():
    from torch.utils.data import dataloader

    made_at = []
    make, start = dataloader.DataLoader.__init__, dataloader._MultiProcessingDataLoaderIter.__init__

    def noted_make(self, *args, **kwargs):
        self.__dict__["_number"] = len(made_at)
        made_at.append(_line_in_script())
        make(self, *args, **kwargs)

    def noted_start(self, loader):
        if multiprocessing.current_process().name == "MainProcess":
            _note(loader=loader._number, line=made_at[loader._number])
        start(self, loader)

    dataloader.DataLoader.__init__ = noted_make
    dataloader._MultiProcessingDataLoaderIter.__init__ = noted_start


if "torch" in open(os.environ["LINT_TRUTH_SCRIPT"], encoding="utf-8").read():
    _watch_loaders()

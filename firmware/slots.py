"""Chooses which of a board's firmwares starts: the deployed one, the one confirmed last, or one on trial.

main.py calls choose() before anything of the firmware is loaded, so it lies beside main.py and uses nothing but the
interpreter. Only `make deploy` replaces it. State lies in /state/firmware, a file each:

    active   the slot that was confirmed last; not there: the folder that was deployed
    next     a slot on trial; `trials` counts its starts, and after three without a confirmation it goes
    failed   a slot on trial has been given up
"""

import os

FOLDER = "/state/firmware"
_TRIALS_MAX = 3
_SLOTS = ("slot-a", "slot-b")


def _read(path) -> str:
    try:
        with open(path) as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def _write(path, text):
    with open(path + "~", "w") as file:
        file.write(text)
    os.rename(path + "~", path)


def choose(root: str = "") -> str:
    """The folder to load the firmware from. Never fails: in doubt the one that was deployed."""
    folder = root + FOLDER
    try:
        chosen = _read(folder + "/active")
        trial = _read(folder + "/next")
        if trial in _SLOTS:
            trials = _read(folder + "/trials")
            count = int(trials) + 1 if trials.isdigit() else 1
            if count <= _TRIALS_MAX:
                # Written before the start that it counts: a start that hangs counts as well.
                _write(folder + "/trials", str(count))
                chosen = trial
            else:
                _write(folder + "/failed", trial)
                os.remove(folder + "/next")
    except OSError:
        chosen = ""
    return root + "/" + chosen if chosen in _SLOTS else root + "/"

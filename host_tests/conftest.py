"""What all tests on CPython share: no example has a deadline, and compiled modules are kept, whatever the environment
says: the firmware forgets modules that are needed seldom and loads them again, thousands of times here.
"""

import gc
import sys
from pathlib import Path

from hypothesis import settings

sys.dont_write_bytecode = False
sys.pycache_prefix = str(Path(__file__).parent.parent / ".build/pycache")

# How long an example takes says how busy the machine is.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


# So many tests leave little behind that a collection would look through.
_TESTS = 10
_finished = 0


def _freeze():
    gc.collect()
    gc.freeze()


def pytest_collection_finish():
    """The firmware and its tests collect garbage often: what is there before the first test need not be looked at each
    time."""
    _freeze()


def pytest_runtest_logfinish():
    """Nor what has stayed of many tests: else the last ones take ten times as long as alone."""
    global _finished
    _finished += 1
    if _finished % _TESTS == 0:
        _freeze()

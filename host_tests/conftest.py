"""What all tests on CPython share: compiled modules are kept, whatever the environment says.

The firmware forgets modules that are needed seldom and loads them again, thousands of times here.
"""

import gc
import sys
from pathlib import Path

sys.dont_write_bytecode = False
sys.pycache_prefix = str(Path(__file__).parent.parent / ".build/pycache")


def pytest_collection_finish():
    """The firmware collects garbage often: what is there before the first test need not be looked at each time."""
    gc.collect()
    gc.freeze()

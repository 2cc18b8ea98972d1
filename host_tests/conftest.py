"""What all tests on CPython share: compiled modules are kept, whatever the environment says.

The firmware forgets modules that are needed seldom and loads them again, thousands of times here.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = False
sys.pycache_prefix = str(Path(__file__).parent.parent / ".build/pycache")

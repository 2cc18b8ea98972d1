"""Runs one test module in MicroPython: its functions called test_*."""

import asyncio
import gc
import sys

from chargelet.base import heap

# Bytes of a heap in which a flash chip lies: each collection is a long one there.
_WIDE = 800000


def run_module(name):
    """Run a module's tests; the last line printed says how many passed and failed."""
    heap.collect_often()  # as a board does
    if gc.mem_free() > _WIDE:
        gc.threshold(_WIDE // 8)
    module = __import__(name)
    passed = failed = 0
    for test in sorted(dir(module)):
        if test.startswith("test_"):
            gc.collect()
            try:
                outcome = getattr(module, test)()
                if hasattr(outcome, "send"):
                    asyncio.run(outcome)
                passed += 1
            except Exception as error:
                failed += 1
                print("FAILED %s.%s" % (name, test))
                sys.print_exception(error)
    print("%d %d" % (passed, failed))


run_module(sys.argv[-1])

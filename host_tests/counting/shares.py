"""What the tasks that run all the time cost: at rest, with a vehicle, charging. Prints one line of JSON.

counting.shares STATE CONNECTORS
"""

import json
import sys
from array import array
from time import ticks_add

from . import parts
from . import rig as rigs
from .reference import median, round_ns, rounds_of
from .rig import real_gc as gc

_WINDOW_MS = 10000
_WINDOWS = 7
_STEPS_MAX = 4000
# Between two looks at the pilot while a contactor is closed, and while none is.
_LOOK_MS = 20
_REST_MS = 100
# Without collections, so much is taken from the heap in a window at most.
_SLICE_MS = 1000


def _station(state, connectors):
    made = rigs.Rig(connectors, {"MeterValueSampleInterval": 10}).registered()
    made.loop.run(3000)
    if state == "vehicle":
        made.plug()
    elif state == "charging":
        made.charge()
    made.hold()
    for _ in range(2):
        made.loop.run(_WINDOW_MS)
    return made


class _Watch:
    """What each step of a window has taken, in thousandths of a round."""

    def __init__(self):
        self.cost = array("I", [0] * _STEPS_MAX)
        self.tasks = [None] * _STEPS_MAX
        self.at = 0

    def note(self, task, us):
        self.cost[self.at] = us
        self.tasks[self.at] = task
        self.at += 1

    def divide(self, first, ns):
        """Those since `first` were in us, and a round took so long."""
        for index in range(first, self.at):
            self.cost[index] = self.cost[index] * 1000000 // ns


def _timed(made):
    """({task: thousandths of a round in a window}, windows): of each step the middle of several windows. Those in which
    other things happened than in most are left out."""
    windows = []
    for _ in range(_WINDOWS):
        watch = _Watch()
        made.loop.note = watch.note
        for _ in range(_WINDOW_MS // _SLICE_MS):
            first = watch.at
            gc.collect()
            gc.disable()
            before = round_ns()
            made.loop.run(_SLICE_MS)
            watch.divide(first, min(before, round_ns()))
            gc.enable()
        windows.append(watch)
    made.loop.note = lambda task, us: None
    usual = median([watch.at for watch in windows])
    alike = [watch for watch in windows if watch.at == usual]
    totals = {}
    for index in range(usual):
        name = made.name_of(alike[0].tasks[index])
        totals[name] = totals.get(name, 0) + median([watch.cost[index] for watch in alike])
    del totals["whole"]  # our own
    return totals, len(alike)


def _count_drops(loop):
    """A note for a loop, and the list in which it counts collections."""
    mem_alloc = gc.mem_alloc
    seen = [0, 0]

    def note(task, us):
        now = mem_alloc()
        if now < seen[0]:
            seen[1] += 1
        seen[0] = now

    gc.collect()
    loop.note = note
    return seen


def _counted(made):
    """Of a window: collections by the firmware's own threshold, those asked for, steps, and reads of the ADC."""
    seen = _count_drops(made.loop)
    gc.threshold(rigs.collector.chosen)
    asked, wakes, reads = rigs.collector.asked, made.loop.wakes, parts.reads()
    made.loop.run(_WINDOW_MS)
    gc.threshold(-1)
    made.loop.note = lambda task, us: None
    return seen[1], rigs.collector.asked - asked, made.loop.wakes - wakes, parts.reads() - reads


# Enough calls between two collections to tell a few bytes.
_FAR = 32768
_CALLS_MAX = 3000


def _allocated(work, besides=int):
    """Bytes that a call takes from the heap, with those of besides() before it. Frames are included that are given back
    at once: these count as well towards the next collection."""
    mem_alloc = gc.mem_alloc
    work()
    gc.collect()
    gc.threshold(_FAR)
    calls = last = 0
    for _ in range(2):
        calls = 0
        while calls < _CALLS_MAX:
            calls += 1
            besides()
            work()
            now = mem_alloc()
            if now < last:
                break
            last = now
        last = now
    gc.threshold(-1)
    return _FAR // calls if calls < _CALLS_MAX else 0


def _own_bytes(loop):
    """What a step takes from the heap for the measuring alone."""
    loop.note = lambda task, us: None
    return _allocated(lambda: loop._wait(0))


def _read_more():
    """What a read costs here more than a function of the interpreter's own, which it would be on a chip, in thousandths
    of a round."""
    return rounds_of(parts.adcs[0].read_uv, 15, 300) - rounds_of(int, 15, 300)


def measure(state, connectors):
    made = _station(state, connectors)
    totals, alike = _timed(made)
    seconds = _WINDOW_MS // 1000
    collections, asked, wakes, reads = _counted(made)
    totals["safety"] -= _read_more() * reads
    own = _own_bytes(made.loop) * wakes // rigs.collector.chosen
    calls = {"safety pass": made.equipment.step, "station step": made.station.step}
    apart = _LOOK_MS if state == "charging" else _REST_MS

    def go_on():
        made.loop.now = ticks_add(made.loop.now, apart)

    row = {
        "state": state,
        "connectors": connectors,
        "alike": alike,
        "rounds": sum(totals.values()) // seconds // 1000,
        "by_task": {name: cost // seconds // 100 / 10 for name, cost in totals.items()},
        "threshold": rigs.collector.chosen,
        "collections": (collections - own + asked) / seconds,
        "asked": asked / seconds,
        "wakes": wakes / seconds,
        "reads": reads / seconds,
        "calls": {name: rounds_of(call, 15, 30, go_on) // 100 / 10 for name, call in calls.items()},
        "bytes": {name: _allocated(call, go_on) - _allocated(int, go_on) for name, call in calls.items()},
    }
    print(json.dumps(row))


measure(sys.argv[-2], int(sys.argv[-1]))

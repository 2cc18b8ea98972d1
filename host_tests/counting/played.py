"""Plays things to a station, some times over, and says what they cost, and which pieces of work were the longest."""

from . import rig as rigs
from .reference import median, round_ns

# They run whatever is played; what they do because of it counts as a piece all the same.
_ALWAYS = ("safety", "files", "_watch")
# Our own.
_OURS = ("whole", "_turn")
_LEFT_OUT = _ALWAYS + _OURS
# Collections come between two of so many steps, and not in a step: they are counted, not measured.
_SOME = 100
# The reference is looked at so often before a run, and after it.
_LOOKS = 4
# Of so many steps many are slow because others had the processor: the slowest tenth counts like the slowest of the
# rest, and in a sum each counts like the middle one of its task.
_MANY = 100
# Tasks with different names are fewer. A step is noted as one small integer: thousands of tuples take a larger heap,
# and both a collection and a look at the heap go through all of it.
_TASKS = 64
_PART = 10


def _most(costs):
    """The cost that counts as the most."""
    return sorted(costs)[-1 - (len(costs) // _PART if len(costs) >= _MANY else 0)] if costs else 0


def _sum(costs, names):
    """What all steps have cost."""
    if len(costs) < _MANY:
        return sum(costs)
    by_name = {}
    for cost, name in zip(costs, names):
        by_name.setdefault(name, []).append(cost)
    return sum([median(found) * len(found) for found in by_name.values()])


class Player:
    """once() as often as is wanted, then result(). The first time the heap is looked at, which takes time; from the
    second time on, time is."""

    def __init__(self, rig):
        self.rig = rig
        self._heap = {}  # what → {task: (most bytes of heap, and collections, and all)}, of the first time
        self._runs = {}  # what → its other runs, each (ns of a round beside it, list of µs * _TASKS + number of a task)
        self._numbers = {}  # task → its number
        self._steps = None
        self._looks = False  # whether at the heap
        self._bytes = self._asked = self._count = 0
        self._between = rig.loop.between
        rig.loop.note = self._note
        rig.loop.between = self._start

    def _start(self):
        woken = self._between()
        self._count += 1
        if self._count % _SOME == 0:
            rigs.real_gc.collect()
        if self._looks:
            self._asked = rigs.collector.asked
            self._bytes = rigs.real_gc.mem_alloc()
        return woken

    def _note(self, task, us):
        if self._looks:
            taken = rigs.real_gc.mem_alloc() - self._bytes
            self._look(self.rig.name_of(task), taken, rigs.collector.asked - self._asked)
        elif self._steps is not None:
            number = self._numbers.setdefault(self.rig.name_of(task), len(self._numbers))
            self._steps.append(us * _TASKS + number)

    def _look(self, name, taken, asked):
        # Beside _note, whose locals would else be so many that they go to the heap, and count.
        most, most_asked, all_taken, all_asked = self._steps.get(name, (0, 0, 0, 0))
        self._steps[name] = max(most, taken), max(most_asked, asked), all_taken + taken, all_asked + asked

    def once(self, what, do, until, ms=60000):
        """Note the steps of all tasks from do() until until()."""
        rigs.real_gc.collect()
        self._looks = what not in self._heap
        steps = {} if self._looks else []
        if self._looks:
            self._heap[what] = steps
        before = round_ns(_LOOKS)
        self._steps = steps
        do()
        self.rig.loop.until(until, ms, what)
        self._steps = None
        if not self._looks:
            # What disturbs a run, others beside it on the same core, disturbs the rounds before and after it as well.
            ns = min(before, round_ns(_LOOKS))
            # Kept as they are: holes where small things were would make the next runs look long for room.
            self._runs.setdefault(what, []).append((ns, steps))
        self._looks = False

    def result(self, what):
        """{rounds, piece, bytes, asked, longest, runs}: of each step the quickest of the runs that were alike.

        The tasks that run always are left out of the rounds; `longest` is the longest piece of each task, be it one of
        those: [(rounds, bytes of heap and collections asked for at most, task)].
        """
        heap = self._heap.pop(what)
        tasks = {number: name for name, number in self._numbers.items()}
        assert len(tasks) <= _TASKS
        noted = self._runs.pop(what)
        heaps = {name: found[:2] for name, found in heap.items()}
        taken = sum([found[2] for name, found in heap.items() if name not in _LEFT_OUT])
        asked = sum([found[3] for name, found in heap.items() if name not in _LEFT_OUT])
        pieces = {}
        for name in _ALWAYS:
            number = self._numbers.get(name)
            runs = [[step // _TASKS * 10000 // ns for step in steps if step % _TASKS == number] for ns, steps in noted]
            cost = min([_most(costs) for costs in runs])
            if cost:
                pieces[name] = cost / 10
        runs = []
        for ns, steps in noted:
            named = [(tasks[step % _TASKS], step // _TASKS) for step in steps]
            runs.append([(name, us * 10000 // ns) for name, us in named if name not in _LEFT_OUT])
        usual = median([len(steps) for steps in runs])
        alike = [steps for steps in runs if len(steps) == usual]
        if len(alike) < 2:  # of long ones hardly two are: then the one that was disturbed least
            alike = [min(runs, key=lambda steps: sum([step[1] for step in steps]))]
        runs, usual = alike, len(alike[0])
        costs = [min([steps[index][1] for steps in runs]) for index in range(usual)]
        most = _most(costs)
        for index in range(usual):
            costs[index] = min(costs[index], most)
            name = runs[-1][index][0]
            pieces[name] = max(pieces.get(name, 0), costs[index] / 10)
        rounds = _sum(costs, [step[0] for step in runs[0]]) // 10
        found = {"what": what, "rounds": rounds, "piece": most / 10, "bytes": taken, "asked": asked}
        order = sorted([(cost,) + heaps.get(name, (0, 0)) + (name,) for name, cost in pieces.items()], reverse=True)
        found["longest"] = order[:4]
        found["runs"] = len(runs)
        return found

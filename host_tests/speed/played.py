"""Plays things to a station, some times over, and says what they cost, and which pieces of work were the longest."""

import micropython

from . import rig as rigs
from .reference import median, round_ns

# They run whatever is played; what they do because of it counts as a piece all the same.
_ALWAYS = ("safety", "files", "_watch")
# Our own.
_OURS = ("whole", "_turn")
# Collections come between two of so many steps, and not in a step: they are counted, not measured.
_SOME = 100


class Player:
    """once() as often as is wanted, then result()."""

    def __init__(self, rig):
        self.rig = rig
        self._runs = {}  # what → its runs, each a list of (task, us, bytes of heap, collections asked for)
        self._ns = {}  # what → the quickest round beside them
        self._steps = None
        self._bytes = self._asked = self._count = 0
        self._between = rig.loop.between
        rig.loop.note = self._note
        rig.loop.between = self._start

    def _start(self):
        woken = self._between()
        self._count += 1
        if self._count % _SOME == 0:
            rigs.real_gc.collect()
        self._asked = rigs.collector.asked
        self._bytes = micropython.mem_total()
        return woken

    def _note(self, task, us):
        taken = micropython.mem_total() - self._bytes
        if self._steps is not None:
            self._steps.append((self.rig.name_of(task), us, taken, rigs.collector.asked - self._asked))

    def once(self, what, do, until, ms=60000):
        """Note the steps of all tasks from do() until until()."""
        rigs.real_gc.collect()
        before = round_ns()
        self._steps = []
        self._runs.setdefault(what, []).append(self._steps)
        do()
        self.rig.loop.until(until, ms, what)
        self._steps = None
        self._ns[what] = min(self._ns.get(what, before), before, round_ns())

    def result(self, what):
        """{rounds, piece, bytes, runs, longest}: of each step the quickest of the runs that were alike.

        The tasks that run always are left out of the rounds; `longest` is the longest piece of each task, be it one of
        those: [(rounds, bytes, collections asked for, task)].
        """
        runs, ns = self._runs.pop(what), self._ns[what]
        pieces = {}
        always = [[step for step in steps if step[0] in _ALWAYS] for steps in runs]
        for name in _ALWAYS:
            most = [max([step[1:] for step in steps if step[0] == name] or [(0, 0, 0)]) for steps in always]
            us, got, asked = min(most)
            if us:
                pieces[name] = (us * 10000 // ns / 10, got, asked, name)
        runs = [[step for step in steps if step[0] not in _ALWAYS and step[0] not in _OURS] for steps in runs]
        usual = median([len(steps) for steps in runs])
        runs = [steps for steps in runs if len(steps) == usual]
        rounds = taken = longest = collections = 0
        for index in range(usual):
            name, _, got, asked = runs[-1][index]
            cost = min([steps[index][1] for steps in runs]) * 10000 // ns / 10
            if cost > pieces.get(name, (0,))[0]:
                pieces[name] = (cost, got, asked, name)
            rounds += cost
            taken += got
            collections += asked
            longest = max(longest, cost)
        found = {"what": what, "rounds": int(rounds), "piece": longest, "bytes": taken, "asked": collections}
        found["longest"] = sorted(pieces.values(), reverse=True)[:4]
        found["runs"] = len(runs)
        return found

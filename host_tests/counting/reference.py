"""The reference that everything is counted in: one round of calls, attributes, whole numbers and lists; and asyncio's.

A count of rounds says the same on every machine and day, which a count of milliseconds does not: what is measured and
the reference run in turns, and of each the quickest of several runs counts, so that the noise of a shared machine
cancels. A round is fixed for ever: who changes it makes all earlier figures useless.
"""

import asyncio
from time import ticks_cpu, ticks_diff, ticks_us

# In µs: what this process has had of a processor, where the interpreter can tell; what others take does not count.
processor_us = ticks_cpu if ticks_cpu() else ticks_us


class _Thing:
    limit = 7

    def __init__(self):
        self.value = 3
        self.items = [1, 2, 3, 4]

    def take(self, number):
        if number > self.limit and self.value:
            return number - self.value
        return number + 1


_THING = _Thing()


def round():
    """Eight calls of a method, sixteen attributes looked up and two set, arithmetic, a list of four walked through."""
    thing = _THING
    total = 0
    for number in thing.items:
        total += thing.take(number * 3)
        if total % 5 == 2:
            total -= 1
        total += thing.take(number)
    thing.value = 3
    thing.items[2] = total & 1
    return total


# Rounds in one go: enough for a clock of microseconds.
_ROUNDS = 25


def round_ns(looks=2):
    """What a round takes just now: the quickest of some looks."""
    least = 0x3FFFFFFF
    for _ in range(looks):
        start = processor_us()
        for _ in range(_ROUNDS):
            round()
        least = min(least, ticks_diff(processor_us(), start))
    return least * 1000 // _ROUNDS


def median(found):
    """The middle one."""
    return sorted(found)[len(found) // 2]


def rounds_of(work, times=15, calls=1, besides=None):
    """What work() takes, in thousandths of a round: the middle of so many measurements of so many calls each.

    `besides()` runs before each call and is not counted.
    """
    found = []
    for _ in range(times):
        before = round_ns(1)
        start = processor_us()
        for _ in range(calls):
            if besides:
                besides()
            work()
        us = ticks_diff(processor_us(), start)
        if besides:
            start = processor_us()
            for _ in range(calls):
                besides()
            us -= ticks_diff(processor_us(), start)
        found.append(us * 1000 // calls * 1000 // min(before, round_ns(1)))
    return median(found)


def switch_rounds(tasks=100, turns=5):
    """What asyncio takes to come to the next of so many tasks that do nothing but wait for their turn, in thousandths
    of a round.

    Peter Hinch's rate.py measures the same, and there are scores of it on chips.
    """

    async def wait():
        while True:
            await asyncio.sleep_ms(0)

    async def whole():
        made = [asyncio.create_task(wait()) for _ in range(tasks)]
        await asyncio.sleep_ms(0)
        found = []
        for _ in range(15):
            before = round_ns(1)
            start = processor_us()
            for _ in range(turns):
                await asyncio.sleep_ms(0)
            us = ticks_diff(processor_us(), start)
            found.append(us * 1000 // (turns * tasks) * 1000 // min(before, round_ns(1)))
        for task in made:
            task.cancel()
        return median(found)

    return asyncio.run(whole())

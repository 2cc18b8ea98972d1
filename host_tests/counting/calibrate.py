"""What one collection costs with a station of two connectors in the heap, and coming to the next task, in rounds."""

import json

from .reference import round_ns, rounds_of, switch_rounds

switch = switch_rounds()
from . import rig as rigs  # noqa: E402 - which takes asyncio's time over

made = rigs.Rig(2).registered()
made.hold()
made.loop.run(1000)
rigs.real_gc.collect()
live = rigs.real_gc.mem_alloc()
collection = rounds_of(rigs.real_gc.collect)
print(json.dumps({"switch": switch / 1000, "collection": collection / 1000, "live": live, "round_ns": round_ns(20)}))

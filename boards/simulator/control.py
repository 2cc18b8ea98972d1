"""The control port: one JSON object a line in, one out. The commands themselves are in commands.py."""

import asyncio
import json

from chargelet.base import loading

_LINE_MAX = 1000
# Where the station needs all of its RAM for a moment, a person waits: some two seconds at most.
_LOADS_MAX = 40
_PAUSE_S = 0.05


class Control:
    """What a person in front of the station, and the world around it, can do; for tests and tools.

    The contract is in boards/simulator/README.md.
    """

    def __init__(self, chargelet, world, clock):
        self.chargelet = chargelet
        self.world = world
        self.clock = clock

    async def serve(self, port: int):
        """Listen on the loopback interface. Raises OSError when the port is taken."""
        await asyncio.start_server(self._client, "127.0.0.1", port)

    async def _client(self, reader, writer):
        try:
            while True:
                line = await reader.readline()
                if not line:
                    break
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        except OSError:
            pass  # the other side has gone away
        finally:
            writer.close()
            await writer.wait_closed()

    async def _answer(self, line: bytes) -> dict:
        """Carry out one command; whatever is wrong with it becomes an error text."""
        try:
            if len(line) > _LINE_MAX:
                raise ValueError("a line has %d characters at most" % _LINE_MAX)
            try:
                request = json.loads(line)
            except (ValueError, RuntimeError):
                request = None
            if not isinstance(request, dict) or not isinstance(request.get("cmd"), str):
                raise ValueError('a line is a JSON object like {"cmd": "state"}')
            answer = (await _loaded())(self, request) or {}
            loading.sweep()
        except ValueError as error:
            return {"ok": False, "error": str(error)}
        answer["ok"] = True
        return answer


async def _loaded():
    """What carries out commands. It is there for as long as it works: RAM is for the station."""
    for _ in range(_LOADS_MAX):
        try:
            from commands import execute

            return execute
        except MemoryError:
            loading.settle()
            await asyncio.sleep(_PAUSE_S)
    raise ValueError("RAM is too short for a command; try again")

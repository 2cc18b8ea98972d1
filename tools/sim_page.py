"""The page of `make sim`: the station's own, passed on, with a panel for the world around it and the messages."""

import asyncio
import contextlib
import gzip
import json
import time
from pathlib import Path

import page_content
from sim_trace import brief

_HERE = Path(__file__).resolve().parent / "sim_web"
_HEAD_MAX = 16384
_BODY_MAX = 4096
_LOOK_S = 0.2
_WORLD = {
    "plug_in", "plug_out", "swipe", "draw", "suspend_ev", "resume_ev", "offline", "online", "lock_fail", "weld",
    "no_diode", "short", "asleep", "ventilation", "power_on", "power_off", "tamper",
}  # fmt: skip


class SimPage:
    """Serves it on a free port of the loopback interface. `page_port()` is where the station's own page is now."""

    def __init__(self, sim, page_port):
        self._sim = sim
        self._page_port = page_port
        self._began = time.monotonic()
        self._watchers = set()
        self._looking = None  # the task that asks what the world is like now
        self._changed = False
        self._done = 0  # commands from the panel so far
        self._server = None
        self.url = None

    async def open(self):
        self._server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"

    def close(self):
        if self._server:
            self._server.close()

    def saw(self, event):
        """A message between station and central system."""
        told = {name: event.get(name) for name in ("direction", "kind", "action", "payload")}
        told["at"] = f"{event['time'] - self._began:.1f} s"
        told["brief"] = brief(event)
        self._tell(told)
        if event["kind"] in ("open", "close") or event.get("action") in ("BootNotification", "StatusNotification"):
            self._look()

    def _tell(self, told):
        for queue in self._watchers:
            with contextlib.suppress(asyncio.QueueFull):  # whoever does not listen
                queue.put_nowait(told)

    def _look(self):
        """The panel is to show what is so: a vehicle may have woken, and a station that starts anew has a new world."""
        self._changed = True
        if self._watchers and (self._looking is None or self._looking.done()):
            self._looking = asyncio.get_running_loop().create_task(self._looked())

    async def _looked(self):
        while self._changed:
            await asyncio.sleep(_LOOK_S)  # for whatever else happens now
            self._changed = False
            done = self._done
            try:
                world = await self._sim.do("world")
            except ValueError:
                world = None  # it has no power
            self._tell({"world": world, "done": done})

    async def _client(self, reader, writer):
        try:
            await self._answer(reader, writer)
        except asyncio.CancelledError:
            pass  # the simulation ends
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # whoever asked has gone, or it was no request
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, reader, writer):
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        if len(head) > _HEAD_MAX:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _version = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        own = headers.get("host", "")
        if own not in (self.url[7:-1], self.url[7:-1].replace("127.0.0.1", "localhost")):
            return await _say(writer, "403 Forbidden", "ask for it by the address that make sim has said")
        if method == "POST" and headers.get("origin") != f"http://{own}":
            return await _say(writer, "403 Forbidden", "this comes from another page")
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= _BODY_MAX:
            return await _say(writer, "413 Content Too Large", f"{_BODY_MAX} bytes at most")
        body = await asyncio.wait_for(reader.readexactly(length), 10)
        if (method, path) == ("GET", "/"):
            return await _page(writer)
        if (method, path) == ("GET", "/world/events"):
            return await self._events(writer)
        if (method, path) == ("POST", "/world"):
            return await self._world(body, writer)
        return await self._pass_on(first, lines, body, writer)

    async def _events(self, writer):
        queue = asyncio.Queue(500)
        self._watchers.add(queue)
        self._look()
        try:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            told = {"connectors": self._sim.connectors}
            while True:
                writer.write(b"data: " + json.dumps(told).encode() + b"\n\n")
                await writer.drain()
                told = await queue.get()
        finally:
            self._watchers.discard(queue)

    async def _world(self, body, writer):
        """A command for the simulated world; the answer is its number, and whoever hears of a world with fewer done
        hears of one before it."""
        try:
            command = json.loads(body)
            name = command.pop("cmd")
            if name not in _WORLD:
                raise ValueError(f"{name} is nothing that can happen")
            if name in ("power_on", "power_off"):
                getattr(self._sim, name)()
            else:
                await self._sim.do(name, **command)
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            return await _say(writer, "400 Bad Request", str(error))
        finally:
            self._done += 1
            self._look()
        return await _say(writer, "200 OK", str(self._done))

    async def _pass_on(self, first, lines, body, writer):
        """The station answers: what it is asked comes from the page that it would have given itself."""
        port = self._page_port()
        try:
            reader, station = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return  # the station has no power: it answers nothing
        own = f"127.0.0.1:{port}"
        kept = [line for line in lines if line and line.split(":")[0].lower() not in ("host", "origin", "connection")]
        station.write(
            "\r\n".join([first, f"Host: {own}", f"Origin: http://{own}", *kept, "", ""]).encode("latin-1") + body
        )
        try:
            while piece := await reader.read(4096):
                writer.write(piece)
                await writer.drain()
        finally:
            station.close()
            with contextlib.suppress(OSError):
                await station.wait_closed()


async def _page(writer):
    more = [(_HERE / name).read_text() for name in ("world.html", "world.js", "world.css")]
    html, policy = page_content.page(*more)
    body = gzip.compress(html.encode())
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Security-Policy: {policy}\r\n"
    head += (
        f"Content-Encoding: gzip\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()


async def _say(writer, status, text):
    body = text.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: "
    writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
    await writer.drain()

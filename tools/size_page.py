"""What the page takes of a station's heap: off, on, and with one and two who look. For `make size`."""

import asyncio
import json
import os
import urllib.request

from control_port import free_port

_PASSWORD = "measured"


class _Visitor:
    """A browser that knows the password."""

    def __init__(self, port: int):
        self._root = f"http://127.0.0.1:{port}"
        self._cookie = None

    def ask(self, path: str, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Origin": self._root, "Content-Type": "application/json"} if data else {}
        if self._cookie:
            headers["Cookie"] = self._cookie
        answer = urllib.request.urlopen(urllib.request.Request(self._root + path, data, headers), timeout=60)
        self._cookie = (answer.headers["Set-Cookie"] or self._cookie or "").split(";")[0]
        return answer


async def report(stage) -> dict:
    """Print it, and return it as figures: what stays free while both connectors charge, in all and in one piece."""
    figures = {}
    os.environ["CHARGELET_PAGE_PASSWORD"] = _PASSWORD
    for page in (False, True):
        port = free_port()
        options = ["--page", str(port)] if page else []
        async with stage("--connectors", "2", "--config", '{"MeterValueSampleInterval": 1}', *options) as scene:

            async def show(what, key, scene=scene):
                state = await scene.station.do("heap")
                figures[f"free_page_{key}"] = state["heap_free"]
                figures[f"largest_page_{key}"] = state["heap_largest"]
                print(f"{what:<44}{state['heap_free']:>26} free{state['heap_largest']:>8} in one piece")

            await scene.csms.until(lambda scene=scene: scene.csms.statuses(2))
            await scene.charge("ONE", 1)
            await scene.charge("TWO", 2)
            await scene.calls("MeterValues", 6)
            if not page:
                await show("both charging, no page", "off")
                continue
            await show("the page is served, and nobody looks", "on")
            visitor = _Visitor(port)
            await asyncio.to_thread(visitor.ask, "/login", {"password": _PASSWORD})
            looks = []
            for key in ("one", "two"):
                looks.append(await asyncio.to_thread(visitor.ask, "/events"))
                await asyncio.to_thread(looks[-1].readline)
                await scene.calls("MeterValues", len(scene.csms.calls("MeterValues")) + 4)
                await show(f"{key} who look{'s' if key == 'one' else ''}", key)
            for path in ("/", "/sessions", "/sums?by=card"):
                (await asyncio.to_thread(visitor.ask, path)).read()
            await show("and the page and the log were asked for", "asked")
            for look in looks:
                look.close()
    return figures

"""A simulated station in the frozen form, its central system, and browsers that look at its page."""

import asyncio
import contextlib
import io
import os
import threading

import pytest
from rich.console import Console

import interpreter
import rom
import webdriver
from sim_station import PASSWORD, Simulation


def pytest_collection_modifyitems(items):
    """Only where it is asked for: `make test-browser`."""
    if not os.getenv("CHARGELET_BROWSER"):
        for item in items:
            if "browser/" in str(item.path):
                item.add_marker(pytest.mark.skip(reason="make test-browser runs these"))


class World:
    """The simulation of `make sim`, in a thread with a loop of its own."""

    def __init__(self, state):
        state.mkdir()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.sim = self.wait(self._begin(state))

    async def _begin(self, state):
        sim = Simulation(Console(file=io.StringIO()), state, [])
        await sim.csms.listen()
        await sim.page.open()
        await asyncio.to_thread(interpreter.build, rom.station_files("simulator"))
        sim.power_on()
        return sim

    def wait(self, what, seconds=90):
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(seconds)

    def do(self, cmd, **arguments):
        return self.wait(self.sim.do(cmd, **arguments))

    def listens(self):
        """Wait until the station has booted."""
        for _ in range(12):
            with contextlib.suppress(ValueError):
                return self.do("state")
        raise AssertionError(self.sim.last_words())

    def ask(self, action, **payload):
        return self.wait(self.sim.csms.call(action, payload))

    @property
    def own_page(self) -> str:
        """Where the station itself serves its page."""
        return f"http://127.0.0.1:{self.sim._page_port}/"

    def close(self):
        self.wait(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _end(self):
        self.sim.close()
        await self.sim.csms.stop()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "state")
    yield made
    made.close()


@pytest.fixture
def look():
    """look(world, …) opens a browser at the station's page, logged in."""
    opened = []

    def at(world, url=None, log_in=True, **how):
        browser = webdriver.Browser(**how)
        opened.append(browser)
        world.listens()
        browser.open(url or world.own_page)
        if log_in:
            browser.type("#password", PASSWORD)
            browser.click("#login button")
            browser.until("#connectors", "1")
        return browser

    yield at
    for browser in opened:
        browser.__exit__()

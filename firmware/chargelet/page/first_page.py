"""The page of a board that is set up at its own access point: who asks, what is tried, and what became of it.

It is served to whoever knows the access point's password. What answers a request is loaded for as long as that takes.
"""

import asyncio

from ..base import loading
from ..base.log import ERROR

loading.seldom(__name__)

_CONNECTIONS_MAX = 6


class FirstPage:
    """`try_out(table)` is awaited with an installation, and gives None or why it does not work: [word, more …].

    `problems(table)` judges its texts, `keep(table)` makes it durable, `networks()` lists what is heard.
    `root(text)`, awaited with a certificate in PEM, gives the name under which an installation has it, and raises
    ValueError or OSError. `old()` gives the installation that the board has, where it may have one: then all but its
    network may stay. `owner(text)` is awaited with a password before anything is done, and raises Refused for a wrong
    one. Without `wifi` the network is a cable, and nobody has to name it.
    """

    def __init__(
        self, address: str, name: str, log, problems, try_out, keep, networks, root, old=None, owner=None, wifi=True
    ):  # fmt: skip
        self.done = asyncio.Event()  # it works, and is kept
        self.address = address
        self.name = name
        self.problems = problems
        self.networks = networks  # None where nobody may listen for so long
        self.root = root
        self.old = old
        self.owner = owner
        self.wifi = wifi
        self.asked = 0  # requests so far
        self.doing = ["waiting"]  # what the page shows: [word, more …]
        self._log = log
        self._try_out = try_out
        self._keep = keep
        self._connected = 0
        self._task = None

    async def serve(self, port: int = 80):
        """Listen; raises OSError."""
        return await asyncio.start_server(self.client, "0.0.0.0", port, backlog=4)

    @property
    def trying(self) -> bool:
        """Whether a try is on its way."""
        return self._task is not None

    async def client(self, reader, writer):
        """Answer whoever has connected."""
        self._connected += 1
        self.asked += 1
        try:
            if self._connected <= _CONNECTIONS_MAX:
                await self._serve(reader, writer)
        except (OSError, asyncio.TimeoutError):
            pass
        except MemoryError:
            self._log("set-up: no memory for an answer")
        except Exception as error:
            self._log("set-up: %r" % error, ERROR)
        finally:
            self._connected -= 1
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                pass

    async def _serve(self, reader, writer):
        # Each loading of code is a piece of work: the others run in between.
        from . import request  # noqa: F401 - which first_routes.py needs

        await asyncio.sleep(0)
        from . import first_routes

        await asyncio.sleep(0)
        await first_routes.serve(self, reader, writer)

    def begin(self, table: dict):
        """Try an installation out, and keep it when it works."""
        self.doing = ["joining", table["wifi"]["name"]] if self.wifi else ["cable"]
        self._task = asyncio.create_task(self._try(table))

    def _says(self, *words):
        self.doing = list(words)

    async def _try(self, table):
        try:
            wrong = await self._try_out(table, self._says)
            if wrong is None:
                loading.settle()  # what tried it out has left
                self._keep(table)
                self.doing = ["works"]
                self.done.set()
            else:
                self.doing = ["failed"] + wrong
        except OSError as error:
            self.doing = ["failed", "flash", str(error)]
        except Exception as error:
            self._log("set-up: %r" % error, ERROR)
            self.doing = ["failed", "other", str(error)]
        finally:
            self._task = None

"""A board that is being set up by its page, and what a phone sends to it."""

import asyncio
import json

from chargelet import installation
from chargelet.page.first_page import FirstPage
from fakes.visitor import Reader, Writer

OWN = "192.168.4.1"


class Board:
    """One that is being set up; `wrong` is what its next try finds."""

    def __init__(self):
        self.wrong = None
        self.tried = []
        self.kept = []
        self.page = FirstPage(
            OWN, "Chargelet-X", print, lambda table: installation.problems(table, True), self.try_out, self.kept.append,
            lambda: [["garage", -40, True]], self.root,
        )  # fmt: skip

    async def root(self, text):
        await asyncio.sleep(0)
        if text == "full":
            raise OSError(28)
        if "BEGIN" not in text:
            raise ValueError("PEM: nothing, where one block belongs")
        return "ab" * 32

    async def try_out(self, table, says):
        self.tried.append(table)
        says("asking", "x")
        await asyncio.sleep(0)
        return self.wrong

    def ask(self, method, path, body=None, host=OWN, origin="http://" + OWN):
        """(status, body); waits for a try that was begun."""
        text = "%s %s HTTP/1.1\r\nHost: %s\r\n" % (method, path, host)
        data = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            text += "Origin: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % (origin, len(data))
        writer = Writer()

        async def play():
            await self.page.client(Reader(text.encode() + b"\r\n" + data), writer)
            while self.page._task:
                await asyncio.sleep(0)

        asyncio.run(play())
        assert writer.closed
        head, _, said = writer.said.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]), said.decode()

    def doing(self):
        return json.loads(self.ask("GET", "/doing")[1])["doing"]

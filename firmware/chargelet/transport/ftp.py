"""Fetches and stores files with FTP (RFC 959, RFC 2428, RFC 3659).

Passive mode only: a server cannot call back a station behind a router.
"""


from uwebsockets.dial import open_stream
from uwebsockets.sockets import close_stream, within

from ..base import loading
from .lines import PATIENCE_MS, Lines
from .location import in_folder, parse, unquote

loading.seldom(__name__)

_PIECE = 512
_LINE_MAX = 1024
_LINES_MAX = 100


class FtpError(ValueError):
    """The server does not do what was asked; `code` is that of its reply, or 0 when what came was not FTP."""

    def __init__(self, code: int, text: str):
        super().__init__(code, text)
        self.code = code


class _Session:
    """One control connection, and one file."""

    async def open(self, url):
        _secure, self._host, port, path, user, password = parse(url, {"ftp": 21})
        # Relative to where the login leads, as RFC 1738 §3.2.2 has it.
        self.path = unquote(path[1:])
        if not self.path or min((self.path + user + password).encode()) < 32:
            raise ValueError("location: there is no file name, or a control character in it")
        reader, self._writer = await within(open_stream(self._host, port), PATIENCE_MS)
        self._lines = Lines(reader)
        self._expect(await self._reply(), 2)
        code = (await self.say("USER " + (user or "anonymous"), 2, 3))[0]
        if code // 100 == 3:
            await self.say("PASS " + (password if user else "chargelet@"), 2)
        await self.say("TYPE I", 2)

    async def _reply(self) -> tuple:
        """(code, text) of the next reply, of the last line of one that has several. Raises FtpError."""
        first = None
        for _ in range(_LINES_MAX):
            line = await self._lines.line(_LINE_MAX)
            if line is None:
                break
            first = first or line[:3]
            if not first.isdigit():
                break
            # What begins with 220- goes on until a line that begins with the same number and no dash.
            if line[:3] == first and line[3:4] != b"-":
                return int(first), line[4:].decode().strip()
        raise FtpError(0, "the answer is not FTP, or cut off")

    @staticmethod
    def _expect(reply, *kinds):
        code, text = reply
        if code // 100 not in kinds:
            raise FtpError(code, text[:60])
        return reply

    async def say(self, command: str, *kinds) -> tuple:
        """(code, text) of the reply. Raises FtpError when its first digit is not one of those that will do, if any."""
        self._writer.write((command + "\r\n").encode())
        await within(self._writer.drain(), PATIENCE_MS)
        reply = await self._reply()
        return self._expect(reply, *kinds) if kinds else reply

    async def data(self) -> tuple:
        """(reader, writer) of a new data connection. The address that a server names is not asked: ours is right."""
        code, text = await self.say("EPSV")
        if code == 229:
            parts = text.split("|")
            port = parts[3] if len(parts) > 4 else ""
        else:
            code, text = await self.say("PASV", 2)
            high, low = (text.split("(")[-1].split(")")[0].split(",") + 6 * [""])[4:6]
            port = str(int(high) * 256 + int(low)) if high.isdigit() and low.isdigit() else ""
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise FtpError(0, "no port: %s" % text[:60])
        return await within(open_stream(self._host, int(port)), PATIENCE_MS)

    async def done(self):
        """The reply that says that all of a file has gone over."""
        self._expect(await self._reply(), 2)

    async def close(self):
        if hasattr(self, "_writer"):
            await close_stream(self._writer)


async def get(url: str, start: int, version: "str | None", begin, sink):
    """Fetch a file from byte `start` of a version on, or the whole of another one; see http.get()."""
    session = _Session()
    try:
        await session.open(url)
        code, found = await session.say("MDTM " + session.path)
        found = found if code == 213 else None
        if start and (found != version or (await session.say("REST %d" % start))[0] != 350):
            start = 0
        reader, writer = await session.data()
        try:
            await session.say("RETR " + session.path, 1)
            begin(start, found)
            while True:
                data = await within(reader.read(_PIECE), PATIENCE_MS)
                if not data:
                    break
                await sink(data)
        finally:
            await close_stream(writer)
        await session.done()
    finally:
        await session.close()


async def put(url: str, name: str, length: int, parts):
    """Store a file; `parts()` gives its pieces. The URL is the file's, or that of a folder for a file of this name,
    which a server is asked about when it does not end with a slash. Raises as get() does."""
    session = _Session()
    try:
        await session.open(in_folder(url, name))
        if (await session.say("CWD " + session.path))[0] // 100 == 2:
            session.path = name
        _reader, writer = await session.data()
        try:
            await session.say("STOR " + session.path, 1)
            for part in parts():
                writer.write(part)
                await within(writer.drain(), PATIENCE_MS)
            # Its end is the end of the file: all of it has to be out before.
            writer.close()
            await within(writer.wait_closed(), PATIENCE_MS)
        except BaseException:
            await close_stream(writer)
            raise
        await session.done()
    finally:
        await session.close()

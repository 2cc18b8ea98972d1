"""The page of a board that has no installation yet: what a person says of it is checked, and kept if it works.

It is served on the board's own access point alone, to whoever knows that one's password.
"""

import asyncio
import json

from ..base import loading
from ..base.log import ERROR
from . import password
from . import request as http
from .refused import Refused

loading.seldom(__name__)

# Most of it is a root certificate.
_BODY_MAX = 7000
_CONNECTIONS_MAX = 6

# All that is answered: method, path, whether one must have logged in, which fields a body may have, and its length.
ROUTES = (
    ("GET", "/", False, "", 0),
    ("GET", "/doing", False, "", 0),
    ("GET", "/networks", False, "", 0),
    ("POST", "/try", False, "network key url identity secret profile ca page free stay owner", _BODY_MAX),
)
_FLAGS = ("free", "stay")


class FirstPage:
    """`try_out(table)` is awaited with an installation, and gives None or why it does not work: [word, more …].

    `problems(table)` judges its texts, `keep(table)` makes it durable, `networks()` lists what is heard.
    `root(text)`, awaited with a certificate in PEM, gives the name under which an installation has it, and raises
    ValueError or OSError. `old()` gives the installation that the board has, where it may have one: then all but its
    network may stay. `owner(text)` is awaited with a password before anything is done, and raises Refused for a wrong
    one.
    """

    def __init__(self, address: str, name: str, log, problems, try_out, keep, networks, root, old=None, owner=None):
        self.done = asyncio.Event()  # it works, and is kept
        self._address = address
        self._name = name
        self._log = log
        self._problems = problems
        self._try_out = try_out
        self._keep = keep
        self._networks = networks
        self._root = root
        self._old = old
        self._owner = owner
        self.asked = 0  # requests so far
        self._doing = ["waiting"]  # what the page shows: [word, more …]
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
        try:
            request = await http.read(reader, _BODY_MAX)
            if request:
                await self._answer(request, writer)
        except Refused as error:
            await http.answer(writer, error.status, str(error), "", "text/plain; charset=utf-8")

    async def _answer(self, request, writer):
        host = request.headers.get("host", "").split(":")[0]
        if request.method == "GET" and host != self._address:
            # A phone asks for something of its maker's, to see whether this network leads anywhere.
            return await http.answer(writer, 302, "", "Location: http://%s/\r\n" % self._address, "text/plain")
        _method, path, _closed, names, _most = http.route(ROUTES, request)
        if request.method == "POST":
            headers = request.headers
            if host != self._address or headers.get("origin") != "http://" + headers["host"]:
                raise Refused(403, "this comes from another page")
            if headers.get("content-type", "").split(";")[0] != "application/json":
                raise Refused(415, "application/json is allowed")
        if not path:
            raise Refused(404, "there is no such thing here")
        if request.method == "GET":
            return await self._get(request, writer)
        fields = http.fields(request, names)
        self._free()
        if self._owner:
            await self._owner(fields.pop("owner", None))
        table = await self._table(fields)
        self._free()  # a password takes long to look at
        wrong = self._problems(table)
        if wrong:
            raise Refused(400, "; ".join(["%s: %s; allowed: %s" % problem for problem in wrong[:3]]))
        self._doing = ["joining", table["wifi"]["name"]]
        self._task = asyncio.create_task(self._try(table))
        await http.answer(writer, 200, "{}")

    def _free(self):
        if self._task or self.done.is_set():
            raise Refused(409, "another try is on its way")

    async def _get(self, request, writer):
        if request.path == "/":
            from . import first_content

            return await http.whole_page(writer, first_content)
        if request.path == "/doing":
            said = {"name": self._name, "doing": self._doing}
            said["old"], said["owner"] = self._old is not None, self._owner is not None
            return await http.answer(writer, 200, json.dumps(said))
        if self._task:
            raise Refused(409, "a try is on its way")
        await http.answer(writer, 200, json.dumps(self._networks()))

    async def _table(self, fields) -> dict:
        """The installation that the page's fields mean. Raises Refused."""
        for name, value in fields.items():
            if name == "profile":
                if type(value) is not int or not 0 <= value <= 2:
                    raise Refused(400, "profile: 0, 1 or 2 is allowed; for 3 certificate and key come by cable")
            elif not isinstance(value, bool if name in _FLAGS else str):
                raise Refused(400, "%s: %s is allowed" % (name, "true or false" if name in _FLAGS else "a text"))
        table = {"wifi": {"name": fields.get("network", "")}}
        if fields.get("key"):
            table["wifi"]["password"] = fields["key"]
        if fields.get("stay"):
            return self._staying(table, fields)
        if fields.get("url"):
            table["csms"] = {"url": fields["url"]}
            for name, given in (("identity", "identity"), ("password", "secret")):
                if fields.get(given):
                    table["csms"][name] = fields[given]
            if "profile" in fields:
                table["csms"]["profile"] = fields["profile"]
            if fields.get("ca"):
                table["csms"]["ca"] = await self._rooted(fields.pop("ca"))
        else:
            table["stand_alone"] = True
        if fields.get("free"):
            table["config"] = {"FreeVend": "true"}
        if fields.get("page"):
            wrong = password.wrong(fields["page"])
            if wrong:
                raise Refused(400, "page: " + wrong)
            table["page"] = await password.made(fields["page"])
        return table

    async def _rooted(self, text) -> str:
        try:
            return await self._root(text)
        except ValueError as error:
            raise Refused(400, "ca: %s; allowed: one certificate in PEM that is valid now" % error) from None
        except OSError as error:
            raise Refused(507, "flash says %s" % error) from None

    def _staying(self, table, fields) -> dict:
        """The installation that there is, with another network. Raises Refused."""
        old = self._old and self._old()
        if not old:
            raise Refused(400, "stay: there is no installation that could stay")
        for name in fields:
            if name not in ("network", "key", "stay", "owner"):
                raise Refused(400, "%s: not together with stay" % name)
        return dict(old, wifi=table["wifi"])

    def says(self, *words):
        """What is being done now."""
        self._doing = list(words)

    async def _try(self, table):
        try:
            wrong = await self._try_out(table, self.says)
            if wrong is None:
                self._keep(table)
                self._doing = ["works"]
                self.done.set()
            else:
                self._doing = ["failed"] + wrong
        except OSError as error:
            self._doing = ["failed", "flash", str(error)]
        except Exception as error:
            self._log("set-up: %r" % error, ERROR)
            self._doing = ["failed", "other", str(error)]
        finally:
            self._task = None

"""What strangers send to a page, right and wrong, made from its table of routes."""

import asyncio
import json

from fakes.visitor import Reader

OWN = {"live": "192.168.1.9", "first": "192.168.4.1"}
TOKEN = "1" * 32
HUGE = 10**18
CRLF = "a\r\nX: y"
# Fields that mean something with these too; with all other bad values each field is refused.
ODD = "äß€𝄞"
TAKEN = [("amps", None)] + [(name, ODD) for name in ("name", "network", "identity", "secret", "url", "key", "page")]
TAKEN += [(name, "") for name in ("name", "identity", "secret", "url", "key", "page", "value")]
TAKEN += [("ca", ""), ("card", ODD), ("value", ODD), ("value", "x" * 300)]
# Of these a route looks at one.
EITHER = ("card", "place", "session")
# Understood, and not possible now: nothing has happened then either.
NOT_DONE = (400, 403, 404, 409, 413)


class Silent(Reader):
    """Says so much, and then nothing for ever."""

    async def read(self, most):
        if not self._data:
            await asyncio.Event().wait()
        return await Reader.read(self, most)


def text(site, method, path, body=b"", cookie=None, origin=None, version="1.1", more="", length=None, kind="json"):
    """A request as bytes; `length` in place of the body's own, "" for none."""
    host = OWN[site.name]
    said = "%s %s HTTP/%s\r\nHost: %s\r\n%s" % (method, path, version, host, more)
    if site.cookie if cookie is None else cookie:
        said += "Cookie: %s\r\n" % (site.cookie if cookie is None else cookie)
    if method == "POST":
        said += "Origin: %s\r\nContent-Type: application/%s\r\n" % (origin or "http://" + host, kind)
        length = len(body) if length is None else length
        if length != "":
            said += "Content-Length: %s\r\n" % length
    return said.encode() + b"\r\n" + body


def shapes(site, row):
    """(what, request, reader's class, the statuses that are right; () for what a good request gets)."""
    method, path, closed, names, _most = row
    post = method == "POST"
    raw = names is None
    kind, good = "octet-stream" if raw else "json", {name: site.good[name] for name in (names or "").split()}
    if "connector" in good:
        good["connector"] = 2  # where nothing can begin: a good request is understood, and moves nothing
    good = json.dumps(good).encode() if post else b""
    bad = () if raw or not post else (400,)
    none = (200,) + NOT_DONE  # no field at all: refused where one is needed

    def made(body=good, **how):
        return text(site, method, path + ("?at=0" if raw else ""), body, kind=kind, **how)

    whole = made()
    yield "no session", made(cookie="x=1"), Reader, (401,) if closed else ()
    yield "a session of nobody", made(cookie="chargelet=" + "0" * 32), Reader, (401,) if closed else ()
    yield "wrong origin", made(origin="http://evil.example"), Reader, (403,) if post else ()
    yield "no body", made(b"", length=""), Reader, none
    yield "empty", made(b""), Reader, none
    yield "{}", made(b"{}" if post else b""), Reader, none
    yield "10 kB", made(b"x" * 10000), Reader, (413,) if post else ()
    yield "10 kB, said to be 10", made(b"[" * 10000, length=10), Reader, bad
    yield "less than said", made(length=len(good) + 9), Reader, (400,) if post and not raw else ()
    for length in ("-1", "x", "9" * 30, "1e3"):
        yield "length " + length, made(length=length), Reader, (400,) if post else ()
    for what, body in (
        ("nested lists", b"[" * 450), ("nested objects", b'{"a":' * 90), ("closed nesting", b"[" * 200 + b"]" * 200),
        ("null", b"null"), ("a number", b"1e999"), ("half a text", b'"\\ud8'), ("no UTF-8", b'{"\xff":1}'),
        ("a list", b"[1]"), ("cut", good[:-1] or b"{"),
    ):  # fmt: skip
        yield what, made(body if post else b""), Reader, bad
    yield "a field of no route", made(b'{"\xc3\xa4\\r\\n\\ud800nowhere": 1}' if post else b""), Reader, bad
    yield "half, then silence", whole[: len(whole) // 2], Silent, (408,)
    yield "all but a byte, then silence", whole[:-1], Silent, (408, 409) if raw else (408,)
    yield "half, then gone", whole[: len(whole) // 2], Reader, (400,)
    yield "many headers", made(more="A: b\r\n" * 200), Reader, ()
    yield "too many headers", made(more="Accept: text/html\r\n" * 900), Reader, (431,)
    yield "a long header", made(more="A: %s\r\n" % ("x" * 3000)), Reader, ()
    yield "a header twice", made(more="Host: x\r\n"), Reader, (400,)
    yield "a long path", text(site, method, path + "x" * 2000, good), Reader, (431,)
    yield "another path", text(site, method, path + "/x", good), Reader, (404,)
    yield "a query", text(site, method, path + "?x=1&y", good, kind=kind), Reader, (200,) + NOT_DONE
    yield "HTTP/1.0", made(version="1.0"), Reader, ()
    yield "HTTP/2", made(version="2"), Reader, (400,)
    yield "two in one piece", whole + whole, Reader, ()
    for other in ("HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT"):
        yield other, text(site, other, path, b""), Reader, (405,)


def values(good):
    """What a field may not be, where its good value is this one."""
    common = [HUGE, -HUGE, -1, 1.5, None, [], {}, [[[[1]]]], {"a": {"b": None}}, CRLF, "\x00", "\ud800", "x" * 300]
    if isinstance(good, str):
        return common + [0, 7, True, False, "", ODD]
    if isinstance(good, bool):
        return common + ["7", "", "true", ODD, 2**31, 2**63, 0, 1] + ([] if good else [True])
    return common + ["7", "", "true", ODD, 2**31, 2**63, True, False, 99]


def beside(names, tried):
    """The fields with which one is tried: not those of which only one is looked at."""
    if tried in EITHER or (tried == "connector" and "session" in names):
        return [name for name in names if name not in EITHER or (name == "session" and tried == "connector")]
    return names


def of_fields(site, names):
    """(field, value, body) of each field with each value, beside good ones."""
    for name in names:
        for value in values(site.good[name]):
            fields = {other: site.good[other] for other in beside(names, name)}
            fields[name] = value
            yield name, value, json.dumps(fields)

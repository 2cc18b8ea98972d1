"""Every route of both pages with whatever strangers can send: made from the tables of routes, so that none is missing.

A field that is new in a table needs a good value in GOOD (fakes/page_sites.py), or this fails and says so. All else
follows by itself.
"""

import gc
import sys

from fakes.page_sites import First, Live
from fakes.strangers import NOT_DONE, TAKEN, Silent, of_fields, shapes, text
from fakes.visitor import Reader, Writer


class Content:
    """The compressed page, which is made when the firmware is built: not on CPython."""

    PAGE, POLICY = b"x" * 1100, "default-src 'none'"
    TABLE = PAGE


for name in ("content", "first_content", "keys_content"):
    try:
        __import__("chargelet.page." + name)
    except ImportError:
        sys.modules["chargelet.page." + name] = Content
        setattr(sys.modules["chargelet.page"], name, Content)


def asked(site, data, reader=Reader, piece=256):
    """The status of the one answer."""
    # Who says nothing more has said nothing more at once.
    site.http().PATIENCE_S = 0.05 if reader is Silent else 10
    site.before()
    writer = Writer()
    site.serve(reader(data, piece), writer)
    assert writer.closed and writer.said.count(b"\r\nContent-Type: ") == 1, (data[:80], writer.said[:80])
    head, found, _body = writer.said.partition(b"\r\n\r\n")
    assert found and head.startswith(b"HTTP/1.1 ") and b"no-store" in head, head
    return int(head.split(b" ")[1])


def sweep(site):
    """Every route in every way; how many cases there were."""
    count = 0
    state, kept = site.state(), site.kept()
    for row in site.routes:
        method, path, _closed, names, most = row
        missing = [name for name in (names or "").split() if name not in site.good]
        assert not missing, "%s %s is new: give a good value of %s in GOOD" % (method, path, ", ".join(missing))
        usual = [asked(site, text(site, method, path, b"{}"))] + [200]
        usual += list(NOT_DONE) if method == "POST" else [400]
        for what, data, reader, right in shapes(site, row):
            status = asked(site, data, reader)
            case = (site.name, method, path, what, status)
            assert status in (right or usual), case + (right or usual,)
            assert site.state() == state and site.kept() == kept, case
            count += 1
        for name, value, body in of_fields(site, (names or "").split()):
            # What is not to succeed is refused; /stop and the like have nothing but good fields then.
            status = asked(site, text(site, method, path, body.encode()))
            case = (site.name, method, path, body[:90], status)
            if len(body) > most:
                assert status == 413, case
            elif (name, value) in TAKEN and not isinstance(value, bool):
                assert status == 200 or status in NOT_DONE, case
            else:
                assert status in NOT_DONE, case
            assert site.state() == state and site.kept() == kept, case
            count += 1
    return count


def used(site):
    site.forget()
    gc.collect()
    return gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0


def swept(site):
    sweep(site)
    before = used(site)
    count = sweep(site)
    after = used(site)
    print("%s page: %d cases, %d bytes of RAM are not back" % (site.name, count, after - before))
    assert after - before < 700, after - before
    return count


def test_no_request_to_the_live_page_does_harm():
    assert swept(Live()) > 800


def test_no_request_to_the_set_up_page_does_harm():
    assert swept(First()) > 250


def test_a_route_that_is_not_in_the_table_is_not_there():
    site = Live()
    for method, path in (("GET", "/nothing"), ("POST", "/nothing"), ("POST", "/cards"), ("GET", "/stop")):
        assert asked(site, text(site, method, path, b"{}")) == 404, path
        assert asked(site, text(site, method, path, b"{}", cookie="x=1")) == 401, path

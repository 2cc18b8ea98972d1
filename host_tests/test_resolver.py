"""Names and their addresses: right answers, wrong answers, hostile answers and none, on both interpreters."""

import asyncio
import os

from fakes.name_server import ADDRESS, ASKED, Server, named, record, reply
from uwebsockets import dial, resolver
from uwebsockets.resolver import NOWHERE, REFUSED, answer, query, resolve


def test_a_question_and_its_answer():
    assert ASKED == b"\x12\x34\1\0\0\1\0\0\0\0\0\0\4csms\7example\0\0\1\0\1"
    assert answer(reply(ASKED, ADDRESS), ASKED) == "192.0.2.7"
    shouted = reply(ASKED, ADDRESS).replace(b"csms", b"CSMS")
    assert answer(shouted, ASKED) == "192.0.2.7"
    assert answer(reply(ASKED, record(named(b"Csms", b"example"), 1, b"\1\2\3\4")), ASKED) == "1.2.3.4"
    assert answer(reply(ASKED, record(b"\xc0\x0c", 28, bytes(16)), ADDRESS), ASKED) == "192.0.2.7", "beside IPv6"
    cached = b"\xc0\x0c\x00\x01\x80\x01" + ADDRESS[6:]
    assert answer(reply(ASKED, cached), ASKED) == "192.0.2.7", "as multicast DNS has it"


def test_aliases_are_followed_in_any_order_and_to_an_end():
    alias = record(b"\xc0\x0c", 5, named(b"b", b"example"))
    again = record(named(b"b", b"example"), 5, b"\1c\xc0\x11")  # c.example: a pointer to the end of the question
    last = record(named(b"c", b"example"), 1, b"\x0a\0\0\1")
    for records in ((alias, again, last), (last, again, alias), (again, alias, last)):
        assert answer(reply(ASKED, *records), ASKED) == "10.0.0.1"
    assert answer(reply(ASKED, last), ASKED) == NOWHERE, "an address of somebody else"
    circle = record(named(b"b", b"example"), 5, b"\xc0\x0c")
    assert answer(reply(ASKED, alias, circle), ASKED) == NOWHERE


def test_what_is_no_answer():
    good = reply(ASKED, ADDRESS)
    for wrong in (
        b"",
        good[:11],
        b"\x12\x35" + good[2:],  # another number
        good.replace(b"csms", b"evil"),
        reply(ASKED, ADDRESS, flags=1),  # a question
        good[:4] + b"\0\0" + good[6:],  # no question in it
        good[:-1],  # cut off
        reply(ASKED, count=2),
        reply(ASKED, record(b"\xc0\xff", 1, bytes(4))),  # a pointer out of the datagram
        reply(ASKED, record(b"\xc0\x1e", 1, bytes(4))),  # to itself
        reply(ASKED, record(b"\x80", 1, bytes(4))),
        reply(ASKED, record(b"\x01a" * 128 + b"\0", 1, bytes(4))),  # longer than any name
    ):
        assert answer(wrong, ASKED) is None, wrong
    assert answer(reply(ASKED, code=3), ASKED) == NOWHERE and answer(reply(ASKED), ASKED) == NOWHERE
    for code in (1, 2, 5):
        assert answer(reply(ASKED, code=code), ASKED) == REFUSED
    assert answer(reply(ASKED, flags=0x83), ASKED) == REFUSED, "what is missing did not fit"


def test_pointers_that_lead_in_circles_come_to_an_end():
    for first in range(0xC0, 0x100):
        for second in (0, 11, 12, 13, 29, 30, 31, 32, 46, 255):
            data = reply(ASKED, bytes((first, second)) + ADDRESS[2:], bytes((first, second)) + ADDRESS[2:])
            assert answer(data, ASKED) in (None, NOWHERE, "192.0.2.7")


def test_names_that_are_none():
    for name in ("", "a..b", "a" * 64, "a b", "\u00fc.example", "x" + ".abcdefgh" * 28 + ".abc", "a\r\nb"):
        try:
            query(name, b"12")
        except OSError as error:
            assert "is no name" in str(error)
        else:
            raise AssertionError(name)
    assert query(".".join(["a" * 49] * 5), b"12")


def test_what_is_an_address_and_what_is_a_name():
    for host in ("127.0.0.1", "255.255.255.255", "::1", "fe80::1", "::ffff:192.0.2.1"):
        assert dial.numeric(host) and asyncio.run(dial.address_of(host)) == host
    for host in ("1.2.3", "1.2.3.4.5", "256.1.1.1", "a.b.c.d", "localhost", "1.2.3.x", "0001.2.3.4", "", "::zz"):
        assert not dial.numeric(host)
    assert asyncio.run(dial.address_of("LocalHost")) == "127.0.0.1"


def resolved(host, *scripts, kept=None, more=()):
    """(the address or the error, how often each server was asked); a script of None: nobody is there."""

    async def run():
        servers = [Server(script or (lambda asked: ())) for script in scripts]
        tasks = [asyncio.create_task(server.serve()) for server in servers]
        try:
            places = [server.place for server in servers]
            return await resolve(host, places + list(more), {} if kept is None else kept, os.urandom), servers
        except OSError as error:
            return str(error), servers
        finally:
            for task in tasks:
                task.cancel()
            for server in servers:
                server.close()

    resolver._PATIENCE_MS = 150
    try:
        found, servers = asyncio.run(run())
    finally:
        resolver._PATIENCE_MS = 1000
    return found, [len(server.asked) for server in servers]


def right(asked):
    return (reply(asked, ADDRESS),)


def silent(asked):
    return ()


def test_servers_are_asked_in_turn_and_twice():
    assert resolved("csms.example", right, right) == ("192.0.2.7", [1, 0])
    assert resolved("csms.example", silent, right) == ("192.0.2.7", [1, 1])
    late = []

    def second_time(asked):
        late.append(asked)
        return (reply(asked, ADDRESS),) if len(late) > 1 else ()

    assert resolved("csms.example", second_time) == ("192.0.2.7", [2])
    refusing = lambda asked: (reply(asked, code=2),)  # noqa: E731
    assert resolved("csms.example", refusing, right) == ("192.0.2.7", [1, 1])
    assert resolved("csms.example", silent, refusing) == ("csms.example: no name server answers", [2, 2])
    nowhere = lambda asked: (reply(asked, code=3),)  # noqa: E731
    found, asked = resolved("csms.example", nowhere, right)
    assert "there is no such name" in found and asked == [1, 0]
    # Nobody is at the first one's port.
    assert resolved("csms.example", right, more=(("127.0.0.1", 1),)) == ("192.0.2.7", [1])
    assert asyncio.run(_first(("127.0.0.1", 1))) == "192.0.2.7"


async def _first(place):
    server = Server(right)
    task = asyncio.create_task(server.serve())
    try:
        return await resolve("csms.example", [place, server.place], {}, os.urandom)
    finally:
        task.cancel()
        server.close()


def test_wrong_answers_are_passed_over_and_the_right_one_is_taken():
    def noisy(asked):
        forged = bytes((asked[0] ^ 1, asked[1])) + asked[2:]
        return reply(forged, ADDRESS), b"", bytes(512), reply(asked, ADDRESS)[:-1], reply(asked, ADDRESS)

    assert resolved("csms.example", noisy) == ("192.0.2.7", [1])
    assert resolved("csms.example", lambda asked: [bytes(40)] * 200)[0] == "csms.example: no name server answers"


def test_the_last_good_address_serves_when_nobody_answers():
    kept = {}
    assert resolved("CSMS.example.", right, kept=kept)[0] == "192.0.2.7" and kept == {"csms.example": "192.0.2.7"}
    assert resolved("csms.example", silent, kept=kept) == ("192.0.2.7", [1])
    elsewhere = lambda asked: (reply(asked, ADDRESS[:-1] + b"\x08"),)  # noqa: E731
    assert resolved("csms.example", elsewhere, kept=kept)[0] == "192.0.2.8" == kept["csms.example"]
    for at in range(9):
        assert resolved("n%d.example" % at, right, kept=kept)[0] == "192.0.2.7"
    assert len(kept) <= 4 and "n8.example" in kept
    assert resolved("csms.example")[0] == "csms.example: no name server is known"


def test_local_names_are_asked_of_everybody():
    def everybody(asked):
        return (reply(asked, ADDRESS, flags=0x84),)

    async def run():
        server = Server(everybody)
        task = asyncio.create_task(server.serve())
        resolver._MULTICAST = server.place
        try:
            return await resolve("homeassistant.local", [], {}, os.urandom)
        finally:
            resolver._MULTICAST = ("224.0.0.251", 5353)
            task.cancel()
            server.close()

    assert asyncio.run(run()) == "192.0.2.7"


def test_others_go_on_while_a_name_server_is_silent():
    rounds = []

    async def run():
        async def others():
            while True:
                await asyncio.sleep(0.01)
                rounds.append(1)

        server = Server(silent)
        task = asyncio.create_task(others())
        try:
            await resolve("csms.example", [server.place], {}, os.urandom)
        except OSError:
            pass
        finally:
            task.cancel()
            server.close()

    asyncio.run(run())
    assert len(rounds) > 20

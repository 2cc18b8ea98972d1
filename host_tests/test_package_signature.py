"""When a package's signature is looked at: at its first two lines, or where RAM is short, when all of it is there."""

import asyncio

from test_package import installer, make, write

from fakes.storage import FakeStorage


def test_where_ram_is_short_the_signature_is_looked_at_when_all_is_there():
    from chargelet.base import package  # the one that is loaded now

    real = package.signed
    short = []

    async def signed(*given):
        short.append(1)
        if len(short) <= fails:
            raise MemoryError
        return await real(*given)

    good = make()
    line = good.find(b"\n")
    wrong = good[: line + 1] + b"00" + good[line + 3 :]
    package.signed = signed
    try:
        for fails, data, kept in ((1, good, True), (1, wrong, False), (2, good, True), (0, good, True)):
            del short[:]
            made = installer(FakeStorage())
            made.begin(0)
            write(made, data[:2000], data[2000:])
            try:
                asyncio.run(made.whole())
            except ValueError as error:
                assert "signature is not right" in str(error) and not kept, error
            assert (made.received > 0) is kept and len(short) == (2 if fails else 1)
    finally:
        package.signed = real


def test_want_of_memory_says_nothing_of_a_package():
    """Where not even its first two lines fit into RAM, it is tried again, from what is on flash."""
    from chargelet.base import package  # the one that is loaded now

    real = package._line

    def short(file):
        raise MemoryError

    data = make()
    made = installer(FakeStorage())
    made.begin(0)
    package._line = short
    try:
        write(made, data[:2000])
        raise AssertionError("there was memory")
    except MemoryError:
        pass
    finally:
        package._line = real
    assert made.received == 2000
    made.begin(2000)
    write(made, data[2000:])
    asyncio.run(made.whole())
    assert made.received == len(data)

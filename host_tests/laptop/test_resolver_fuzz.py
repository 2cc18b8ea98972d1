"""Hostile answers of name servers and time servers: whatever comes, it is an answer or it is none, and soon known."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

import rom
from chargelet.transport import ntp
from uwebsockets import dial, resolver

ASKED = resolver.query("csms.example.org", b"\x12\x34")

labels = st.binary(min_size=1, max_size=63).map(lambda label: bytes((len(label),)) + label)
pointers = st.integers(0, 0x3FFF).map(lambda at: bytes((0xC0 | at >> 8, at & 255)))
names = st.builds(
    lambda parts, end: b"".join(parts) + end, st.lists(labels, max_size=4), st.one_of(st.just(b"\0"), pointers)
)
records = st.builds(
    lambda owner, kind, internet, size, data: owner + bytes((0, kind, 0, internet, 0, 0, 0, 9)) + size + data,
    names, st.sampled_from((1, 5, 5, 28)), st.sampled_from((1, 1, 3)),
    st.integers(0, 0xFFFF).map(lambda size: size.to_bytes(2, "big")), st.one_of(names, st.binary(max_size=30)),
)  # fmt: skip


def right_shape(found):
    if found in (None, resolver.NOWHERE, resolver.REFUSED):
        return True
    return dial.numeric(found)


@settings(max_examples=400)
@given(st.binary(max_size=512))
def test_any_bytes(data):
    assert resolver.answer(data, ASKED) is None
    assert ntp.told(data, b"12345678") is None


@settings(max_examples=600)
@given(st.integers(0, 0xFFFF), st.integers(0, 255), st.integers(0, 255), st.lists(records, max_size=6), st.binary())
@example(0xFFFF, 0x81, 0, [b"\xc0\x0c\0\5\0\1\0\0\0\0\0\2\xc0\x0c"] * 6, b"")
def test_answers_that_are_nearly_right(count, flags, code, found, rest):
    data = ASKED[:2] + bytes((flags, code, 0, 1)) + count.to_bytes(2, "big") + bytes(4) + ASKED[12:]
    assert right_shape(resolver.answer((data + b"".join(found) + rest)[:512], ASKED))


@settings(max_examples=600)
@given(st.data())
def test_one_changed_byte(data):
    alias = b"\xc0\x0c\0\5\0\1\0\0\0\0\0\4\1b\xc0\x11" + b"\xc0\x2e\0\1\0\1\0\0\0\0\0\4\x0a\0\0\1"
    good = bytearray(ASKED[:2] + b"\x81\x80\0\1\0\2\0\0\0\0" + ASKED[12:] + alias)
    assert resolver.answer(bytes(good), ASKED) == "10.0.0.1"
    good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    assert right_shape(resolver.answer(bytes(good), ASKED))


def test_nobody_else_asks_the_system_for_a_name():
    """getaddrinfo() with a name stands still; these hand it numeric addresses."""
    asking = {
        str(path.relative_to(rom.FIRMWARE)) for path in rom.FIRMWARE.rglob("*.py") if "getaddrinfo(" in path.read_text()
    }
    assert asking == {
        "uwebsockets/dial.py",
        "uwebsockets/datagram.py",
        "uwebsockets/resolver.py",
        "chargelet/page/captive.py",
    }
    assert "getaddrinfo(await address_of(host)" in (rom.FIRMWARE / "uwebsockets/dial.py").read_text()
    code = (rom.FIRMWARE / "uwebsockets/resolver.py").read_text().split('"""')[2]
    assert "getaddrinfo" not in code

"""How frames leave: in as few writes as memory allows, whole or not at all."""

import asyncio

from uwebsockets import frames, outgoing


class Writes:
    """A writer that remembers what it is given, write by write."""

    def __init__(self):
        self.all = []
        self.transport = self.s = self

    def write(self, data):
        self.all.append(bytes(data))
        return len(data)

    async def drain(self):
        pass


def sent(payload, pieces=None, size=None):
    """The writes that a text of these pieces makes."""
    writer = Writes()
    pieces = (payload,) if pieces is None else pieces
    asyncio.run(outgoing.write_frame(writer, frames.TEXT, len(payload) if size is None else size, pieces, b"\1\2\3\4"))
    return writer.all


def unmasked(data):
    """The payload of a frame of ours."""
    short = data[1] & 0x7F
    start = 2 if short < 126 else 4 if short == 126 else 10
    length = short if short < 126 else int.from_bytes(data[2:start], "big")
    assert data[0] == 0x81 and data[1] & 0x80 and len(data) == start + 4 + length
    return frames.mask(data[start + 4 :], data[start : start + 4])


def test_a_message_leaves_in_as_few_writes_as_there_is_memory_for():
    for size in (0, 1, 125, 126, 256, 257, 1000, 1388, 1391, 1392, 1393, 1400, 4301):
        payload = (b"0123456789abcdefghijk" * (size // 21 + 1))[:size]
        for pieces in (None, (payload[at : at + 7] for at in range(0, size, 7)), (payload[:1], b"", payload[1:])):
            writes = sent(payload, pieces)
            assert unmasked(b"".join(writes)) == payload, size
            assert len(writes) == max(1, -(-len(b"".join(writes)) // 1400)), (size, [len(w) for w in writes])


class Short:
    """A heap with no piece of more than `most` bytes, for outgoing.py."""

    def __init__(self, most):
        self.most = most
        self.mask = frames.mask

    def _there(self, size):
        if size > self.most:
            raise MemoryError

    def bytearray(self, size):
        self._there(size)
        return bytearray(size)

    def masked(self, data, key):
        self._there(len(data))
        return self.mask(data, key)

    def __enter__(self):
        outgoing.bytearray = self.bytearray
        frames.mask = self.masked
        return self

    def __exit__(self, *exception):
        del outgoing.bytearray
        frames.mask = self.mask


def test_with_little_memory_it_leaves_in_small_pieces_or_not_at_all():
    payload = bytes([(5 * at) & 127 for at in range(2000)])
    for most in (1399, 255, 64):
        with Short(most):
            writes = sent(payload)
        assert unmasked(b"".join(writes)) == payload and max([len(write) for write in writes]) <= max(64, most)
    writer = Writes()
    for wrong in (MemoryError, ValueError):
        with Short(15 if wrong is MemoryError else 5000):
            try:
                asyncio.run(outgoing.write_frame(writer, frames.TEXT, 50, (payload[:51],), b"abcd"))
            except wrong:
                pass
            else:
                raise AssertionError(wrong)
    assert writer.all == [], "nothing has left, so the connection is as it was"


def test_half_a_frame_is_an_end():
    def pieces():
        yield b"a" * 3000
        raise MemoryError

    writer = Writes()
    try:
        asyncio.run(outgoing.write_frame(writer, frames.TEXT, 4000, pieces(), b"abcd"))
    except OSError as error:
        assert "half a frame" in str(error) and len(writer.all) == 2
    else:
        raise AssertionError("half a frame was sent, and nobody heard of it")

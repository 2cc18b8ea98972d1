"""Answers each question for a name with our own address: so a phone that joins a board's network finds its page."""

import socket

from ..base import loading
from ..base.log import ERROR

loading.seldom(__name__)

_LOOK_MS = 50
_AT_ONCE = 4
_LARGEST = 300
_A = b"\x00\x01\x00\x01"


def reply(question: bytes, address: str) -> "bytes | None":
    """The answer to a DNS question: our address for A and IN, no address for others. None where it is no question."""
    if len(question) < 17 or len(question) > _LARGEST or question[2] & 0xF8 or question[4:6] != b"\x00\x01":
        return None
    at = 12
    while at < len(question) and question[at]:
        if question[at] > 63:
            return None
        at += question[at] + 1
    end = at + 5
    if end > len(question):
        return None
    known = question[at + 1 : end] == _A
    head = question[:2] + b"\x81\x80\x00\x01" + (b"\x00\x01" if known else b"\x00\x00") + b"\x00\x00\x00\x00"
    answer = b"\xc0\x0c" + _A + b"\x00\x00\x00\x3c\x00\x04" + bytes([int(part) for part in address.split(".")])
    return head + question[12:end] + (answer if known else b"")


async def run(address: str, clock, port: int, log):
    """Answer for ever, where there is a socket for it."""
    try:
        await serve(address, clock, port)
    except OSError as error:
        log("set-up: names are not answered: %s" % error, ERROR)  # the address still works


async def serve(address: str, clock, port: int = 53):
    """Answer questions, for ever. Raises OSError."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind(socket.getaddrinfo(address, port)[0][-1])
        while True:
            for _ in range(_AT_ONCE):
                try:
                    question, asker = sock.recvfrom(_LARGEST)
                except OSError:
                    break
                said = reply(question, address)
                if said:
                    try:
                        sock.sendto(said, asker)
                    except OSError:
                        pass
            await clock.sleep(_LOOK_MS)
    finally:
        sock.close()

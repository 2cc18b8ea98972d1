"""A name server that answers, lies or keeps silent, and answers for it to give."""

import asyncio
import socket

from uwebsockets.resolver import query

ASKED = query("csms.example", b"\x12\x34")
ADDRESS = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x07"  # 192.0.2.7, for the name at 12


def reply(asked, *records, code=0, flags=0x81, count=None):
    """A server's answer to a question."""
    count = len(records) if count is None else count
    return asked[:2] + bytes((flags, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0)) + asked[12:] + b"".join(records)


def record(owner, kind, data, internet=1):
    return owner + bytes((0, kind, 0, internet, 0, 0, 0, 9, 0, len(data))) + data


def named(*labels):
    return b"".join([bytes((len(label),)) + label for label in labels]) + b"\0"


class Server:
    """A name server at a port of the loopback interface; `script(asked)` gives the datagrams to send back."""

    _port = 30000 + id(ASKED) // 64 % 9000

    def __init__(self, script):
        self.script = script
        self.asked = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for _ in range(50):
            Server._port += 1
            try:
                self._socket.bind(socket.getaddrinfo("127.0.0.1", Server._port)[0][-1])
                break
            except OSError:
                pass
        self._socket.setblocking(False)
        self.place = ("127.0.0.1", Server._port)

    async def serve(self):
        while True:
            await asyncio.sleep(0.005)
            try:
                asked, where = self._socket.recvfrom(512)
            except OSError:
                continue
            self.asked.append(asked)
            for data in self.script(asked):
                self._socket.sendto(data, where)

    def close(self):
        self._socket.close()

"""A central system at the other end of a stream in memory: it shakes hands, says yes, and costs nothing."""

import asyncio
import hashlib
import json
from binascii import b2a_base64

from fakes.bench import Central

# The central system's. Files that are fetched or sent while it is away must not be taken for the station's connection.
PORT = 1
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Stream:
    """What uwebsockets takes for a connection: reader and writer in one."""

    def __init__(self):
        self.sent = []
        self.ready = bytearray()
        self.closed = False
        self.writes = 0
        self.s = self
        self._news = asyncio.Event()

    def push(self, data):
        self.ready += data
        self._news.set()

    async def read(self, most):
        while not self.ready and not self.closed:
            self._news.clear()
            await self._news.wait()
        data = bytes(self.ready[:most])
        self.ready = self.ready[most:]
        return data

    def write(self, data):
        self.writes += 1
        self.sent.append(bytes(data))
        return len(data)

    async def drain(self):
        pass

    def close(self):
        self.closed = True
        self._news.set()

    async def wait_closed(self):
        self.close()


class Server:
    """turn() takes what the station has sent and answers it; whether that has woken the station."""

    def __init__(self, clock):
        self.central = Central()
        self.central.clock = clock
        self.answers = {}  # id → the message that answered a call of ours
        self.stream = None
        self.open = False
        self.down = False  # nobody listens
        self._asked = 0
        self._bytes = bytearray()

    async def connect(self, host, port, tls=None):
        """In the place of uwebsockets.dial.open_stream."""
        if port != PORT or self.down or self.open:
            raise OSError(111)  # there is a central system, and nothing else
        self.stream = Stream()
        self.open = False
        self._bytes = bytearray()
        return self.stream, self.stream

    def up(self):
        """Somebody listens again."""
        self.down = False

    def hang_up(self):
        self.stream.close()
        self.open = False

    def turn(self):
        stream = self.stream
        if stream is None or not stream.sent:
            return False
        taken, stream.sent = stream.sent, []
        for piece in taken:
            self._bytes += piece
        if not self.open:
            return self._shake()
        woken = False
        while True:
            text = self._frame()
            if text is None:
                return woken
            woken = self._hear(text) or woken

    def _shake(self):
        end = self._bytes.find(b"\r\n\r\n")
        if end < 0:
            return False
        for line in bytes(self._bytes[:end]).split(b"\r\n"):
            if line.lower().startswith(b"sec-websocket-key:"):
                key = line.split(b":", 1)[1].strip()
        accept = b2a_base64(hashlib.sha1(key + _GUID).digest()).strip()
        self._bytes = self._bytes[end + 4 :]
        self.open = True
        self.stream.push(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
        )
        return True

    def _frame(self):
        """The next text, unmasked; pings are answered, and all else is passed over."""
        data = self._bytes
        while len(data) >= 6:
            size, at = data[1] & 127, 2
            if size == 126:
                size, at = int.from_bytes(data[2:4], "big"), 4
            elif size == 127:
                size, at = int.from_bytes(data[2:10], "big"), 10
            if len(data) < at + 4 + size:
                return None
            key = data[at : at + 4]
            text = bytearray(data[at + 4 : at + 4 + size])
            for index in range(size):
                text[index] ^= key[index & 3]
            opcode = data[0] & 15
            self._bytes = data = data[at + 4 + size :]
            if opcode == 1:
                return bytes(text)
            if opcode == 9:
                self._say(bytes(text), 0x8A)
        return None

    def _hear(self, text):
        message = json.loads(text)
        if message[0] != 2:
            self.answers[message[1]] = message
            return False
        answer = self.central.answer(message[2], message[3])
        if answer is None:
            return False
        reply = [4, message[1], answer, "", {}] if isinstance(answer, str) else [3, message[1], answer]
        self._say(json.dumps(reply).encode())
        return True

    def _say(self, data, first=0x81):
        size = len(data)
        head = bytes((first, size)) if size < 126 else bytes((first, 126)) + size.to_bytes(2, "big")
        self.stream.push(head + data)

    def call(self, action, payload):
        """Call the station; its id."""
        self._asked += 1
        unique = "speed-%d" % self._asked
        self._say(json.dumps([2, unique, action, payload]).encode())
        return unique

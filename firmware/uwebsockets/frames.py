"""WebSocket frames (RFC 6455 §5): bytes in, events out, frames as bytes. No sockets."""

CONTINUATION = 0
TEXT = 1
BINARY = 2
CLOSE = 8
PING = 9
PONG = 10

# A text of up to so many bytes is worth a copy.
_COPIED_MAX = 512

# Bytes in one piece that must be free beside a message in RAM.
_SPARE = 3072

# Of a message that is lost so many bytes are kept, and a few more.
_HEAD_MAX = 100

# Masked at a time: a multiple of 4, so that every piece begins with the key's first byte.
PIECE = 256


class ProtocolError(Exception):
    """The other side broke RFC 6455; `code` is the close code (§7.4.1) to end the connection with."""

    def __init__(self, code: int, text: str):
        super().__init__(code, text)
        self.code = code
        self.text = text


def header(opcode: int, length: int, key: bytes, fin: bool = True) -> bytes:
    """The header of a client's frame, always masked (§5.1), with the shortest form of the length."""
    first = opcode | 0x80 if fin else opcode
    if length < 126:
        return bytes((first, 0x80 | length)) + key
    if length < 65536:
        return bytes((first, 0xFE, length >> 8, length & 255)) + key
    return bytes((first, 0xFF)) + length.to_bytes(8, "big") + key


def mask(data, key: bytes) -> bytes:
    """`data` XOR `key` repeated (§5.3), as one large integer: portable, and no loop over bytes."""
    length = len(data)
    stream = (key * (length // 4 + 1))[:length]
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(length, "big")


try:
    memoryview("")

    def bytes_of(text: str):
        """The UTF-8 bytes of a text: on MicroPython the text's own, without a copy."""
        return memoryview(text)

except TypeError:

    def bytes_of(text: str):
        """The UTF-8 bytes of a text."""
        return text.encode()


def text_of(data) -> str:
    """The text of UTF-8 bytes. Raises ProtocolError 1007 for what is not UTF-8 (§8.1)."""
    try:
        text = str(data, "utf-8")  # straight from the buffer: one copy less
    except ValueError:
        raise ProtocolError(1007, "not UTF-8") from None
    # MicroPython's decoder takes surrogates and overlong forms: look at them where there are any.
    if len(text) != len(data):
        for character in text:
            code = ord(character)
            if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
                raise ProtocolError(1007, "not UTF-8")
        if len(text.encode()) != len(data) or _overlong(data):
            raise ProtocolError(1007, "not UTF-8")
    return text


def _overlong(data) -> bool:
    for at in range(len(data) - 1):
        first = data[at]
        if first >= 0xC0:
            second = data[at + 1]
            if first < 0xC2 or (first == 0xE0 and second < 0xA0) or (first == 0xF0 and second < 0x90):
                return True
    return bool(data) and 0xC0 <= data[-1]


class Lost:
    """In place of a message that memory cannot hold: how long it was, and how it began."""

    def __init__(self, length: int, head: bytes = b""):
        self._length = length
        self.head = head

    def __len__(self) -> int:
        return self._length

    def __setitem__(self, where, data):
        if len(self.head) < _HEAD_MAX:
            self.head += bytes(data[:_HEAD_MAX])


class Parser:
    """Takes what a server sends and gives whole messages and control frames.

    feed() bytes as they come, then next() until it returns None. Events are (TEXT, str or, when memory is short, ASCII
    as a buffer), (BINARY, bytes), (PING, bytes), (PONG, bytes) and (CLOSE, code, reason); code 1005 stands for a close
    frame without one, a Lost in place of a message that memory cannot hold. A message of more than `max_message` bytes
    is refused before it is buffered. After a ProtocolError the parser must not be used again.

    `receive_buffer` is a bytearray for messages that fit into it: when one comes, no such piece of RAM may be left.
    Long ASCII texts are then given as a memoryview of it, which is good until next() is called again.
    """

    def __init__(self, max_message: int, receive_buffer=None):
        self._max = max_message
        self._buffer = receive_buffer
        self._data = b""
        self._at = 0
        self._head = bytearray()
        self._payload = None  # of the frame that is being read
        self._filled = 0
        self._message = None  # fragments so far
        self._opcode = 0

    def feed(self, data):
        """Take the next bytes; what is left of those before is kept."""
        self._data = self._data[self._at :] + data if self._at < len(self._data) else data
        self._at = 0

    def next(self) -> "tuple | None":
        """The next event, or None when more bytes are needed. Raises ProtocolError."""
        while True:
            if self._payload is None and not self._begin():
                return None
            wanted = len(self._payload) - self._filled
            there = min(wanted, len(self._data) - self._at)
            if there:
                self._payload[self._filled : self._filled + there] = self._data[self._at : self._at + there]
                self._filled += there
                self._at += there
                if self._at == len(self._data):
                    self._data, self._at = b"", 0  # not kept until the next come
            if there < wanted:
                return None
            payload, self._payload = self._payload, None
            event = self._end(self._head[0], payload)
            self._head = bytearray()
            if event is not None:
                return event

    def _begin(self) -> bool:
        """Read a frame's header; True when it is whole and its payload may come."""
        head = self._head
        while self._at < len(self._data):
            head.append(self._data[self._at])
            self._at += 1
            if len(head) >= 2:
                short = head[1] & 0x7F
                if len(head) == 2:
                    self._judge(head[0], head[1])
                if len(head) == (2 if short < 126 else 4 if short == 126 else 10):
                    length = short if short < 126 else int.from_bytes(head[2:], "big")
                    self._allocate(short, length)
                    return True
        return False

    def _judge(self, first: int, second: int):
        opcode = first & 15
        if first & 0x70:
            raise ProtocolError(1002, "a reserved bit is set")
        if opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise ProtocolError(1002, "opcode %d is unknown" % opcode)
        if second & 0x80:
            raise ProtocolError(1002, "a server's frame is masked")
        if opcode >= CLOSE:
            if not first & 0x80 or second > 125:
                raise ProtocolError(1002, "a control frame is fragmented or too long")
        elif (opcode == CONTINUATION) != (self._message is not None):
            raise ProtocolError(1002, "fragments are out of order")

    def _allocate(self, short: int, length: int):
        if (short == 126 and length < 126) or (short == 127 and (length < 65536 or length >> 63)):
            raise ProtocolError(1002, "a length is not in its shortest form")
        if length + (len(self._message) if self._message is not None else 0) > self._max:
            raise ProtocolError(1009, "a message is longer than %d bytes" % self._max)
        self._filled = 0
        # A whole text: of fragments a copy has to be kept.
        if self._buffer is not None and self._head[0] == 0x80 | TEXT and length <= len(self._buffer):
            self._payload = memoryview(self._buffer)[:length]
            return
        try:
            self._payload = bytearray(length)
            if length > _COPIED_MAX:
                bytearray(_SPARE)  # there has to be something left to work with it
        except MemoryError:
            self._payload = Lost(length)

    def _end(self, first: int, payload: bytearray) -> "tuple | None":
        opcode = first & 15
        if opcode == CLOSE:
            return _closing(payload)
        if opcode >= CLOSE:
            return (opcode, bytes(payload))
        if opcode != CONTINUATION:
            self._opcode = opcode
        if self._message is not None:
            payload, self._message = self._joined(self._message, payload), None
        if not first & 0x80:
            self._message = payload
            return None
        if isinstance(payload, Lost):
            return (self._opcode, payload)
        if self._opcode == TEXT:
            if isinstance(payload, memoryview) and len(payload) > _COPIED_MAX and max(payload) < 0x80:
                return (TEXT, payload)
            try:
                return (TEXT, text_of(payload))
            except MemoryError:
                # There is no room for a copy: plain ASCII needs none, anything else is lost. The connection is not.
                return (TEXT, payload if max(payload) < 0x80 else Lost(len(payload), bytes(payload[:_HEAD_MAX])))
        return (BINARY, bytes(payload))

    def _joined(self, message, payload):
        try:
            if not isinstance(message, Lost) and not isinstance(payload, Lost):
                message.extend(payload)
                return message
        except MemoryError:
            pass
        return Lost(len(message) + len(payload), getattr(message, "head", None) or bytes(message[:_HEAD_MAX]))


def _closing(payload) -> tuple:
    if not payload:
        return (CLOSE, 1005, "")
    if len(payload) == 1:
        raise ProtocolError(1002, "half a close code")
    code = payload[0] << 8 | payload[1]
    if not (1000 <= code <= 1014 or 3000 <= code <= 4999) or code in (1004, 1005, 1006):
        raise ProtocolError(1002, "%d is no close code" % code)
    return (CLOSE, code, text_of(payload[2:]))

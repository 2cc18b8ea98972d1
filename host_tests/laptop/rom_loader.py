"""The boot loader in the ROM of an ESP32, as far as esptool asks it: registers, fuses and flash, over a TCP socket."""

import socketserver
import struct
import threading

_SYNC, _WRITE, _READ, _READ_FLASH, _SECURITY = 0x08, 0x09, 0x0A, 0x0E, 0x14
_SILENT = (0x0B, 0x0D)  # the flash is attached, and how large it is
_MAGIC_AT, _MAGIC = 0x40001000, 0x00F01D83
_RDID, _SFDP = 0x9F, 0x5A
_SIGNATURE = 0x50444653
# Kind: number in the security information, base of the flash's registers, offsets of USR2 and W0, fuses.
_CHIPS = {
    "esp32": (None, 0x3FF42000, 0x24, 0x80, 0x3FF5A000),
    "esp32s3": (9, 0x60002000, 0x20, 0x58, 0x60007044),
    "esp32c3": (5, 0x60002000, 0x20, 0x58, 0x60008844),
}


class RomLoader:
    """`port` is what esptool takes for a serial port. `fuses` is {number of the word: value}, in BLOCK1 on newer chips;
    `flash_mb` the size of the flash, `flash` what it begins with."""

    def __init__(self, kind: str, fuses=None, flash_mb: int = 4, flash: bytes = b""):
        self._number, self._base, self._usr2, self._w0, self._fuses = _CHIPS[kind]
        self.flash = flash
        self._id = 0x1640EF & 0xFFFF | (20 + flash_mb.bit_length() - 1) << 16
        self._registers = {self._fuses + 4 * word: value for word, value in (fuses or {}).items()}
        if self._number is None:
            self._registers[_MAGIC_AT] = _MAGIC
        loader = self

        class Line(socketserver.BaseRequestHandler):
            def handle(self):
                loader._talk(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.port = f"socket://127.0.0.1:{self._server.server_address[1]}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def _talk(self, line):
        held = b""
        while True:
            data = line.recv(4096)
            if not data:
                return
            *frames, held = (held + data).split(b"\xc0")
            for frame in frames:
                frame = frame.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb")
                if len(frame) >= 8 and frame[0] == 0:
                    for answer in self._answers(frame[1], frame[8:]):
                        answer = answer.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
                        line.sendall(b"\xc0" + answer + b"\xc0")

    def _answers(self, command, data) -> list:
        value, payload, good = 1, b"", True
        if command == _READ:
            value = self._registers.get(struct.unpack("<I", data[:4])[0], 0)
        elif command == _WRITE:
            self._write(*struct.unpack("<II", data[:8]))
        elif command == _READ_FLASH:
            at, size = struct.unpack("<II", data[:8])
            payload = self.flash[at : at + size].ljust(64, b"\xff")
        elif command == _SECURITY and self._number is not None:
            payload = struct.pack("<IB7sII", 0, 0, bytes(7), self._number, 0)
        elif command not in (_SYNC, *_SILENT):
            good = False
        status = bytes(4) if good else b"\x01\x05\x00\x00"
        answer = struct.pack("<BBHI", 1, command, len(payload) + 4, value) + payload + status
        return [answer] * (8 if command == _SYNC else 1)

    def _write(self, register, value):
        if register == self._base + self._usr2:
            shown = {_RDID: self._id, _SFDP: _SIGNATURE}.get(value & 0xFF, 0)
            self._command = shown
        elif register == self._base:  # go
            self._registers[self._base + self._w0] = self._command
        elif register != self._base + self._w0:
            self._registers[register] = value

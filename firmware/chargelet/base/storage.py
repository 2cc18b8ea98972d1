"""Small files: after a power cut each is there whole, or is not there at all."""

import json
import os
from binascii import crc32

from .log import ERROR
from .pieces import finish

_ENOENT = 2
_EEXIST = 17
# What flash says of a block that has rotted (EIO; littlefs: EILSEQ), and what such a file counts as: nobody has written
# that, so it is damaged for whoever reads it.
_UNREADABLE = (5, 84)
_DAMAGED = b"\x00"


def _sum(data) -> bytes:
    """A check sum in white space, two bits a character."""
    checksum = crc32(data)
    return bytes([b" \t\n\r"[checksum >> at & 3] for at in range(0, 32, 2)])


class Storage:
    """Named values in one folder of a file system that survives a power cut (littlefs, or a laptop's).

    A value is replaced through a temporary file and a rename, so that whoever reads after a cut
    finds the old value or the new one, never half of it.
    """

    log = None  # where what is damaged is named, once there is one
    _named = None

    def __init__(self, folder: str):
        self._folder = folder.rstrip("/")
        try:
            os.mkdir(self._folder)
        except OSError:
            pass  # it is there, or the first write says what is wrong
        for name in [name for name in self.each() if name.endswith("~")]:
            self.remove(name)  # a write that the power cut off

    if hasattr(os, "ilistdir"):

        def each(self, folder: str = ""):
            """The names of all values and folders, here or in a folder, one by one, in no particular order.

            Nothing may be changed meanwhile. A folder that is not there has none.
            """
            try:
                entries = os.ilistdir(self._folder + "/" + folder if folder else self._folder)
            except OSError as error:
                if error.errno != _ENOENT:
                    raise
                return
            for entry in entries:
                yield entry[0]

    else:

        def each(self, folder: str = ""):
            """The names of all values and folders, here or in a folder, one by one, in no particular order.

            Nothing may be changed meanwhile. A folder that is not there has none.
            """
            try:
                yield from os.listdir(self._folder + "/" + folder)
            except FileNotFoundError:
                return

    def there(self, name: str) -> bool:
        """Whether there is a value or a folder of this name."""
        try:
            os.stat(self._folder + "/" + name)
            return True
        except OSError as error:
            if error.errno != _ENOENT:
                raise
            return False

    def mkdir(self, folder: str):
        """Make a folder for values `folder/name`, unless it is there. Raises OSError when flash is full."""
        try:
            os.mkdir(self._folder + "/" + folder)
        except OSError as error:
            if error.errno != _EEXIST:
                raise

    def rmdir(self, folder: str):
        """Remove a folder, if it is there and empty; what does not go now goes another time."""
        try:
            os.rmdir(self._folder + "/" + folder)
        except OSError:
            pass

    def path(self, name: str) -> str:
        """Where the file of a value is, for whoever reads files by themselves."""
        return self._folder + "/" + name

    def names(self) -> list:
        """The names of all values, in no particular order."""
        return list(self.each())

    def read(self, name: str) -> "bytes | None":
        """The value, or None when there is none. One that flash cannot read any more is a damaged one, and so is one
        larger than any that the station writes: RAM may have no room for it."""
        try:
            with open(self._folder + "/" + name, "rb") as file:
                size = file.seek(0, 2)  # without it the RAM would grow with what has been read, and move about
                file.seek(0)
                return file.read(size) if size <= 16384 else _DAMAGED
        except OSError as error:
            if error.errno in _UNREADABLE:
                return _DAMAGED
            if error.errno != _ENOENT:
                raise
            return None

    def write(self, name: str, value: bytes):
        """Replace the value; when this returns it is durable. Raises OSError when flash is full."""
        self.write_all(name, (value,))

    def keep(self, name: str, value):
        """write() of JSON, where that is not what it is already: flash wears out by writing only. Behind it stands a
        check sum that is white space: firmware that knows none reads the file all the same, after a roll-back too."""
        data = json.dumps(value).encode()
        data += _sum(data)
        if self.read(name) != data:
            self.write(name, data)

    def kept(self, name: str):
        """What was given to keep(), or None when there is none; without a check sum it is older firmware's. Raises
        ValueError when it is damaged."""
        raw = self.read(name)
        if raw is None:
            return None
        last = raw[-16:]
        summed = not last.strip()
        try:
            if not summed or last == _sum(raw[:-16]):
                return json.loads(raw)
        except (ValueError, RuntimeError):
            pass
        except MemoryError:
            if summed:
                raise  # else it is rubbish that begins like something large
        if self.log and self._named != name:
            self._named = name
            self.log("flash: the file %s is damaged" % name, ERROR)
        raise ValueError(name + " is damaged")

    def write_all(self, name: str, parts):
        """write() of a value that comes in parts. Whatever the parts raise: the old value stays."""
        finish(self.writing(name, parts))

    def writing(self, name: str, parts):
        """write_all() in pieces of work: a generator that gives None after each part. Closed half way, nothing has
        happened."""
        path = self._folder + "/" + name
        try:
            with open(path + "~", "wb") as file:
                for part in parts:
                    file.write(part)
                    yield None
        except (Exception, GeneratorExit):
            self.remove(name + "~")
            raise
        os.rename(path + "~", path)

    def append(self, name: str, piece: bytes):
        """Add to a value that may be lost: an unfinished download."""
        with open(self._folder + "/" + name, "ab") as file:
            file.write(piece)

    def writer(self, name: str):
        """A file to write a value into piece by piece, that may be lost or cut off. Close it; it raises OSError."""
        return open(self._folder + "/" + name, "wb")

    def stream(self, name: str):
        """The value as a file to seek and read in, or None when there is none. Close it before the next write."""
        try:
            return open(self._folder + "/" + name, "rb")
        except OSError as error:
            if error.errno != _ENOENT:
                raise
            return None

    def create(self, name: str, value: bytes):
        """Write a value that was not there before, at half the cost of write(). Raises OSError when flash is full.

        After a power cut the value may be there empty: its reader must be able to tell.
        """
        try:
            with open(self._folder + "/" + name, "wb") as file:
                file.write(value)
        except (OSError, MemoryError):
            try:
                self.remove(name)
            except OSError:
                pass  # a flash that is that full takes an empty file for one that the power cut off
            raise

    def free(self) -> int:
        """Bytes that the file system still has room for."""
        _block, unit, _all, _free, available = os.statvfs(self._folder)[:5]
        return unit * available

    def rename(self, name: str, other: str):
        """Give a value another name. A value of that name is replaced; one that is not there is ignored."""
        try:
            os.rename(self._folder + "/" + name, self._folder + "/" + other)
        except OSError as error:
            if error.errno != _ENOENT:
                raise

    def remove(self, name: str):
        """Remove the value if it is there."""
        try:
            os.remove(self._folder + "/" + name)
        except OSError as error:
            if error.errno != _ENOENT:
                raise

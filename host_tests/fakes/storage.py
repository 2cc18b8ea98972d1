"""Storage in memory that outlives the station that wrote it, as flash does, and the power cuts that hit it."""

import io


class PowerCut(BaseException):
    """Nothing in a station may catch this."""


class _Writer:
    """A file that is there once it is closed."""

    def __init__(self, storage, name):
        self._storage = storage
        self._name = name
        self._content = bytearray()

    def __enter__(self):
        return self

    def write(self, piece):
        self._content += piece

    def __exit__(self, *exception):
        self._storage.write(self._name, self._content)


class FakeStorage:
    """The same methods as chargelet.ground.storage.Storage; counts changes, can be full, and can be cut.

    `cut(n)`: the power fails at the n-th change from now (0: the next one), before it is made, or, with
    `half`, when a file has been created and nothing written into it.
    """

    def __init__(self):
        self.values = {}
        self.writes = 0
        self.full = False
        self._left = None
        self._half = False

    def cut(self, changes, half=False):
        self._left = changes
        self._half = half

    def _change(self, name=None):
        self.writes += 1
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                self._left = None
                if name and self._half:
                    self.values[name] = b""
                raise PowerCut

    def free(self):
        return 0 if self.full else 10**6

    def each(self):
        yield from list(self.values)

    def names(self):
        return list(self.values)

    def read(self, name):
        return self.values.get(name)

    def write(self, name, value):
        if self.full:
            raise OSError(28)
        self._change()
        self.values[name] = bytes(value)

    def write_all(self, name, parts):
        self.write(name, b"".join([bytes(part) for part in parts]))

    def append(self, name, piece):
        self.write(name, self.values.get(name, b"") + piece)

    def writer(self, name):
        return _Writer(self, name)

    def stream(self, name):
        return io.BytesIO(self.values[name]) if name in self.values else None

    def create(self, name, value):
        assert name not in self.values, name
        if self.full:
            raise OSError(28)
        self._change(name)
        self.values[name] = bytes(value)

    def rename(self, name, other):
        if name in self.values:
            self._change()
            self.values[other] = self.values.pop(name)

    def remove(self, name):
        if name in self.values:
            self._change()
            del self.values[name]

"""Storage in memory that outlives the station that wrote it, as flash does, and the power cuts that hit it."""

import io

from chargelet.base.storage import Storage


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
    """The same methods as chargelet.base.storage.Storage; counts changes, can be full, and can be cut.

    `cut(n)`: the power fails at the n-th change from now (0: the next one), before it is made, or, with
    `half`, when a file has been created and nothing written into it.
    """

    log = None
    _named = None

    def __init__(self):
        self.values = {}
        self.folders = set()
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

    def path(self, name):
        return name

    def free(self):
        return 0 if self.full else 10**6

    def _folders(self):
        """Those that were made, and those of values that were put in by hand."""
        if not self.folders:
            return {name[: name.rfind("/")] for name in self.values if "/" in name}
        return self.folders

    def each(self, folder=""):
        start = folder + "/" if folder else ""
        names = []
        for name in list(self.values) + sorted(self._folders()):
            if name.startswith(start) and name != folder:
                name = name[len(start) :].split("/")[0]
                if name not in names:
                    names.append(name)
        yield from names

    def names(self):
        """All values, those in folders with their path."""
        return list(self.values)

    def there(self, name):
        return name in self.values or name in self._folders()

    def mkdir(self, folder):
        if self.full:
            raise OSError(28)
        if folder not in self._folders():
            self._change()
            self.folders.add(folder)

    def rmdir(self, folder):
        if folder in self.folders and folder not in {name[: name.rfind("/")] for name in self.values}:
            self._change()
            self.folders.discard(folder)

    def read(self, name):
        return self.values.get(name)

    def write(self, name, value):
        if self.full:
            raise OSError(28)
        self._change()
        self.values[name] = bytes(value)

    keep = Storage.keep
    kept = Storage.kept

    def write_all(self, name, parts):
        self.write(name, b"".join([bytes(part) for part in parts]))

    def writing(self, name, parts):
        whole = []
        for part in parts:
            whole.append(bytes(part))
            yield None
        self.write(name, b"".join(whole))

    def append(self, name, piece):
        self.write(name, self.values.get(name, b"") + piece)

    def writer(self, name):
        return _Writer(self, name)

    def stream(self, name):
        return io.BytesIO(self.values[name]) if name in self.values else None

    def create(self, name, value):
        assert not self.values.get(name), name
        assert "/" not in name or name[: name.rfind("/")] in self._folders(), name
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

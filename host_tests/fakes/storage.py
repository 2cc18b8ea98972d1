"""Storage in memory that outlives the station that wrote it, as flash does."""


class FakeStorage:
    """The same methods as chargelet.ground.storage.Storage; counts writes, and can be full."""

    def __init__(self):
        self.values = {}
        self.writes = 0
        self.full = False

    def names(self):
        return list(self.values)

    def read(self, name):
        return self.values.get(name)

    def write(self, name, value):
        if self.full:
            raise OSError(28)
        self.writes += 1
        self.values[name] = bytes(value)

    def remove(self, name):
        self.values.pop(name, None)

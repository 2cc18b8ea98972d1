"""A browser that brings firmware to a station's page."""

import json

from chargelet.base import loading
from chargelet.transport import files
from chargelet.update.terms import Terms
from installer import Installer

from .bench import Bench
from .clock import run
from .packages import MODULUS
from .storage import FakeStorage
from .visitor import Visitor

IMAGE = b"image" * 2000  # three blocks


class Uploader(Visitor):
    """A browser, logged in, at a station whose installer takes packages of packages.py."""

    def __init__(self, bench=None, packages=None, **options):
        super().__init__(bench or Bench(**options))
        self.packages = packages or FakeStorage()
        terms = Terms(MODULUS, "b", "c", "2")
        self.bench.whole.installer = lambda: Installer(self.packages, terms, self.bench.clock)
        assert self.log_in() == 200

    def block(self, at, data, **how):
        return self.post("/firmware?at=%s" % at, data, **dict({"kind": "application/octet-stream"}, **how))

    def bring(self, package):
        """All of it, as the page does; (status, what was said) of the first that is refused, or of the last."""
        for at in range(0, len(package), 4096):
            status, _head, said = self.block(at, package[at : at + 4096])
            if status != 200:
                return status, said
        status, _head, said = self.post("/install", {})
        return status, said

    def state(self):
        return json.loads(self.get("/firmware")[2])

    def carry(self):
        """What compose.py does twice a second."""
        station = self.bench.station
        if station.maintained and station.maintenance().update_due():
            run(self.bench.clock, files.work(station, None, self.bench.whole.installer))
            loading.sweep()
        self.bench.run(500)

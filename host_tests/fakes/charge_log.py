"""Sessions on the bench, and the charge log that they leave."""

from chargelet.base.timestamp import to_text
from chargelet.station import charge_log
from fakes.bench import Bench

NOON = 848491200


def log(bench):
    return list(charge_log.each(bench.storage))


def session(bench, tag="CARD", wh=250, ms=60000):
    """A session from plug to plug."""
    bench.plug()
    bench.swipe(tag)
    bench.run(ms, 1000)
    bench.evse.meter.wh += wh
    bench.swipe(tag)
    bench.unplug()
    bench.run(3000)


def unknown(bench):
    """The power fails, and the station that comes back knows no time."""
    config = {"AllowOfflineTxForUnknownId": True}
    return Bench(1, True, bench.storage, bench.records, config, now=None, online=False, cache=bench.cache)


def tell_the_time(bench, seconds):
    bench.central.answers["BootNotification"] = {
        "status": "Accepted", "currentTime": to_text(seconds), "interval": 300,
    }  # fmt: skip
    bench.connect()
    bench.run(3000)

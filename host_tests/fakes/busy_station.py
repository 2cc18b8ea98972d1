"""A station that has left a file of every kind on flash, in the middle of a session; and all that it makes of them at
its next start, by what each is about.
"""

from chargelet.base.pieces import finish
from chargelet.certificates import store
from chargelet.page import cards, password
from chargelet.station import charge_log, reset_causes, security_profile

from .bench import Bench
from .secured import World
from .storage import FakeStorage

CONFIG = {"LocalPreAuthorize": False, "SendLocalListMaxLength": 60}
LATER = "2026-11-21T12:00:00Z"
GIVEN = {"salt": "00" * 8, "hash": "11" * 32, "rounds": 5}
OWN = {"salt": "22" * 8, "hash": "33" * 32, "rounds": 5}
KEY = "a-key-of-16-characters"


def used():
    """The station."""
    world = World(2, roots=(1, 2), connectors=2, config=CONFIG)
    bench, station = world.bench, world.station
    world.set("CpoName", "Operator")
    assert world.signed(world.certificate()) == "Accepted"
    world.arrive()
    listed = {"status": "Accepted", "expiryDate": "2030-01-01T00:00:00Z", "parentIdTag": "G" * 20}
    # More than fits into a block of flash: the change lies beside it.
    entries = [{"idTag": "LISTED%014d" % number, "idTagInfo": listed} for number in range(75)]
    limits = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}]}
    profile = {
        "chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative", "chargingSchedule": limits,
    }  # fmt: skip
    for action, payload in (
        ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "60"}),
        ("ChangeConfiguration", {"key": "AuthorizationKey", "value": KEY}),
        ("ChangeConfiguration", {"key": "AuthorizationKey", "value": "another-" + KEY}),
        ("ChangeAvailability", {"connectorId": 2, "type": "Operative"}),
        ("SendLocalList", {"listVersion": 1, "updateType": "Full", "localAuthorizationList": entries[:60]}),
        ("SendLocalList", {"listVersion": 2, "updateType": "Differential", "localAuthorizationList": entries[60:]}),
        ("SendLocalList", {"listVersion": 3, "updateType": "Differential", "localAuthorizationList": entries[:1]}),
        ("SetChargingProfile", {"connectorId": 0, "csChargingProfiles": profile}),
        ("ReserveNow", {"connectorId": 2, "expiryDate": LATER, "idTag": "R", "reservationId": 1}),
    ):
        assert bench.ask(action, payload).get("status", "Accepted") == "Accepted", action
    bench.storage.write("key_before", KEY.encode())
    bench.charging("BEFORE")  # a session that is over
    bench.swipe("BEFORE")
    bench.unplug()
    bench.run(3000, 500)
    storage = bench.storage
    cards.give(storage, "BEFORE", "A name")
    password.keep(storage, GIVEN, OWN)
    storage.keep("update-signed-a", {"kind": "EC", "key": "04", "signature": "AAAA"})
    station.maintenance().offer("http://x/", bench.clock.now() + 86400, 1, 60, 7, None, "update-signed-a")
    reset_causes.count(storage, "PWRON_RESET", bench._log)
    bench.charging()
    bench.drop()
    station.security.note("TamperDetectionActivated")
    bench.evse.meter.wh = 500
    bench.run(130000, 1000)
    station.connectors[1].bolt.keep("OWNER", None)
    storage.keep("epochs", [[[5, 848491200]], None])
    return bench


def copied(kept, at=None, name=None, content=None):
    """Storages with the same content; but one value is another one, or, None, is not there."""
    made = []
    for number, storage in enumerate(kept):
        new = FakeStorage()
        new.values.update(storage.values)
        new.folders.update(storage.folders)
        if number == at:
            del new.values[name]
            if content is not None:
                new.values[name] = content
        made.append(new)
    return made


def booted(storages):
    """A start with these storages, without a connection; and what its log says."""
    storage, records, cache = storages
    bench = Bench(2, storage=storage, records=records, cache=cache, now=848500000, online=False)
    reset_causes.count(storage, "PWRON_RESET", bench._log)
    store.tidy(storage, True)
    security_profile.provision(bench.station, 2, False)
    reset_causes.started(bench.station, "PWRON_RESET")
    return bench


def made_of(bench):
    """What the station has made of its files: by name, what can be seen of it."""
    station, storage = bench.station, bench.storage
    config, authorization = station.config, station.authorization
    maintenance = station.maintenance() if station.maintained else None
    reserved = station.reserving()._all if station.reserved else []
    return {
        "config": [(name, text) for name, _fixed, text in config.report() if name != "SecurityProfile"],
        "AuthorizationKey": config["AuthorizationKey"],
        "the key before": station.credentials._before,
        "profile": (config["SecurityProfile"], station.security.before),
        "list": (station.local_list.version, station.local_list.count),
        "cache": [authorization.cache().find(tag) for tag in ("CARD", "BEFORE")],
        "reservations": [one.row() for one in reserved],
        "profiles": [one.stored() for one in station.profiles()._all],
        "availability": [station.operative] + [one.operative for one in station.connectors],
        "registers": station.energy_registers.now(),
        "cables": [one.bolt.owner and one.bolt.owner.id_tag for one in station.connectors],
        "roots": store.names(storage),
        "hashes": [finish(store.installed(storage, use)) for use in ("c", "m")],
        "pair": (store.client(storage), store.client(storage, "next")),
        "events": [(kind, info) for kind, _stamp, info in untold(storage)],
        "cards": cards.all_of(storage),
        "password": password.kept(storage, GIVEN),
        "update": maintenance and maintenance.update and maintenance.update["location"],
        "epochs": bench.clock.epochs,
        "sessions": list(charge_log.each(storage)),
        "ever": station.registration.ever,
    }


def untold(storage):
    from chargelet.station import security_events

    return security_events._waiting(storage)

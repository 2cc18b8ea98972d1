"""The security profile on a flash that spoils files: it never falls below one that was reached, and the
log says so."""

import json

from chargelet.station import security_profile
from fakes.secured import URL, World, events
from fakes.storage import FakeStorage, PowerCut

FILE, TWIN = "security-profile", "twins/security-profile"
ABSURD = ({}, {"now": 4}, {"now": -1}, {"now": "2"}, {"now": None}, {"now": 1, "before": 9}, {"before": 1}, [2], 2)


def sealed(value):
    storage = FakeStorage()
    storage.keep("x", value)
    return storage.values["x"]


def unsealed(raw):
    storage = FakeStorage()
    storage.values["x"] = raw
    return storage.kept("x")


def reached(profile):
    """A station that has come so far, one step after the other."""
    world = World(1, roots=(1,) if profile > 1 else ())
    if profile == 3:
        world.set("CpoName", "Operator")
        world.set("SecurityProfile", 2)
        world.arrive()
        assert world.signed(world.certificate()) == "Accepted"
    if profile > 1:
        assert world.set("SecurityProfile", profile) == "Accepted"
        world.arrive()
    assert world.profile == profile
    return world


def spoilt(raw):
    """Whatever a worn flash makes of a file; None: it is not there."""
    yield from (None, b"", b"\xff" * len(raw), b"\x00" * len(raw), raw + raw, b"\xc3\x28" * 20, bytes(range(256)) * 40)
    for value in ABSURD:
        yield sealed(value)
    for at in range(len(raw)):
        yield raw[:at]
        yield raw[:at] + bytes([raw[at] ^ (1 << at % 8)]) + raw[at + 1 :]


def put(values, name, raw):
    values.pop(name, None)
    if raw is not None:
        values[name] = raw


def boot(world):
    """What a start looks at of the profile."""
    world.bench.lines.clear()
    world.station.config["SecurityProfile"] = 0
    world.station.security.resume()
    security_profile.provision(world.station, 1, False)
    return world.station.config["SecurityProfile"]


def test_one_of_the_two_files_is_enough():
    world = reached(2)
    values, tried = world.bench.storage.values, 0
    whole = values[FILE]
    assert values[TWIN] == whole and unsealed(whole)["now"] == 2
    before = events(world.bench)
    for name in (FILE, TWIN):
        for raw in spoilt(whole):
            put(values, name, raw)
            assert boot(world) == 2, (name, raw)
            good = name == TWIN or (raw and unsealed_now(raw) == 2)
            assert good or "its copy counts" in "".join(world.bench.lines), (name, raw)
            assert unsealed(values[FILE])["now"] == unsealed(values[TWIN])["now"] == 2, (name, raw)
            values[FILE] = values[TWIN] = whole
            tried += 1
    assert events(world.bench) == before, "nothing has changed"
    print("%d spoilt files" % tried)
    assert tried > 200


def unsealed_now(raw):
    try:
        return unsealed(raw)["now"]
    except (ValueError, TypeError, KeyError):
        return None


def test_with_both_spoilt_it_is_as_high_as_the_certificates_have_it():
    tried = 0
    for profile in (1, 2, 3):
        world = reached(profile)
        storage = world.bench.storage
        whole = storage.values[FILE]
        for raw in list(spoilt(whole))[1:40]:
            if unsealed_now(raw) in (1, 2, 3):
                continue
            storage.values[FILE] = storage.values[TWIN] = raw
            assert security_profile.after(storage, 0, URL) == profile, "a set-up is not wrong about it"
            assert boot(world) == profile, (profile, raw)
            assert "is damaged" in "".join(world.bench.lines) and "is damaged" in events(world.bench)
            for name in ("security-log", "security-log-old"):
                storage.values.pop(name, None)
            tried += 1
        lines = len(events(world.bench))
        assert boot(world) == profile and len(events(world.bench)) == lines, "it is said once"
        security_profile.provision(world.station, 0, False)
        assert world.profile == 0, "an installer's word counts again"
    assert tried > 50
    # What an installation says for the first time afterwards does not lower it either, and higher ones count.
    for given, profile in ((0, 2), (1, 2), (2, 2), (3, 3), (None, 2)):
        world = reached(2)
        world.bench.storage.values.update({FILE: b"", TWIN: b"\xff"})
        world.station.security.resume()
        security_profile.provision(world.station, given, False, "ws://elsewhere/")
        assert world.profile == profile, given
        security_profile.provision(world.station, 1, False)
        assert world.profile == 1, given


def test_what_older_firmware_has_written_counts_and_so_does_ours_for_it():
    world = reached(2)
    values = world.bench.storage.values
    assert json.loads(values[FILE])["now"] == 2, "after a roll-back it is read without its check sum"
    del values[TWIN]
    values[FILE] = values[FILE].rstrip()
    assert boot(world) == 2 and values[TWIN]


def test_on_a_full_flash_it_counts_all_the_same():
    world = reached(2)
    world.bench.storage.full = True
    for one, other, profile in ((b"", world.bench.storage.values[TWIN], 2), (b"", b"", 2)):
        world.bench.storage.values.update({FILE: one, TWIN: other})
        world.station.config["SecurityProfile"] = 0
        world.station.security.resume()
        assert world.station.config["SecurityProfile"] == profile
    assert "flash says" in "".join(world.bench.lines)


def test_power_cuts_while_it_is_mended_and_while_it_rises():
    cuts = 0
    for files, least in ((("", None), 2), ((None, ""), 2), (("", ""), 2), ((None, None), 1)):
        for change in range(12):
            world = reached(2 if least == 2 else 1)
            values = world.bench.storage.values
            for name, raw in zip((FILE, TWIN), files):
                if raw is not None:
                    values[name] = b""
            world.bench.storage.cut(change)
            try:
                boot(world)
                if least == 1:
                    world.set("AuthorizationKey", "another-key-of-16-characters")
            except PowerCut:
                cuts += 1
            world.cut()
            assert world.profile >= least, (files, change)
            security_profile.provision(world.station, 1, False)
            assert world.profile >= least, (files, change)
            before = dict(world.bench.storage.values)
            boot(world)
            assert world.bench.storage.values == before, "a start writes nothing once all is whole"
    print("%d cuts" % cuts)
    assert cuts >= 10, cuts

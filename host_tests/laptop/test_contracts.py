"""Every part, Modbus model, vendor and installer is found by its name, and keeps to the contract of its seam."""

import inspect
from importlib import import_module

import pytest
from test_partition_installer import TERMS, Chip
from test_partition_installer import installer as partition_installer

import rom
from chargelet.base.clock import Clock
from chargelet.base.storage import Storage
from chargelet.hardware import board_keys
from chargelet.hardware.contracts import card_reader, evse, interlock, lights, meter, part
from chargelet.messages import core
from chargelet.station import vendors
from chargelet.station.vendor import contract
from chargelet.update import contract as update
from chargelet.update.slot_installer import SlotInstaller
from fakes.bench import Bench
from fakes.clock import FakeClock
from fakes.evse import FakeEvse
from fakes.lines import Lines
from fakes.parts import Modules
from fakes.site import board
from fakes.storage import FakeStorage
from installer import Installer

HARDWARE = rom.FIRMWARE / "chargelet/hardware"
# The first half of a part's file name → the contract of what it makes, and one of those that can more.
SEAMS = {
    "meter": (meter.Meter, meter.More, lambda made: len(made.measurands) > 3),
    "reader": (card_reader.CardReader, None, None),
    "lights": (lights.Lights, None, None),
    "interlock": (interlock.Interlock, None, None),
    "evse": (evse.Evse, evse.WithLock, lambda made: made.has_lock),
}


def files(folder):
    return sorted(path.stem for path in folder.glob("*.py"))


PARTS = files(HARDWARE / "parts")
MODELS = files(HARDWARE / "modbus_models")


def named():
    """SEAM_NAME of all that board files may name, by the rows of board_keys.py."""
    found = []
    for section in ("rfid.", "lights.", "connector.meter."):
        found += [f"{kind}_{word}" for _, kind, _, rest in rows(section) if kind in SEAMS for word in rest.split(",")]
    for kind in ("evse", "interlock"):
        found += [f"{kind}_{name}" for name in board_keys.sections(kind, None)]
    return sorted(found)


def rows(section):
    return list(board_keys.rows(section, None))


def good(keys):
    """A section with all of these keys, each right by itself; pins are numbers that nothing else has."""
    made, pin = {}, iter(range(30, 60))
    for name, kind, _need, rest in [board_keys._row(line) for line in keys.split("\n") if line]:
        if kind in ("one", "meter", "reader", "lights"):
            made[name] = rest.split(",")[0]
        elif kind == "int":
            made[name] = int(rest.split("..")[1]) // 2 + 1
        else:
            made[name] = False if kind == "bool" else next(pin)
    return made


def made(name):
    """(the part's module, what it makes on blank parts)."""
    seam, _, own = name.partition("_")
    module = import_module(f"chargelet.hardware.parts.{name}")
    build = import_module("chargelet.hardware.build")
    whole = build.read(board())
    whole["rs485"] = {"uart": 1, "tx": 4, "rx": 5, "baud": 9600}
    kit = build.Kit(whole, FakeClock(), Lines())
    table = good(module.KEYS)
    if seam == "evse":
        contactor = import_module("chargelet.hardware.contactor").Contactor([13])
        table = dict(whole["connector"][0], **{own: table})
        return module, module.make(kit, table, 1, contactor)
    for where, found, allowed in module.problems(whole, table, "here.", 16):
        assert all(isinstance(text, str) and text for text in (where, found, allowed)), where
    return module, module.make(kit, table, 16)


def wrong(thing, contract) -> list:
    """What a driver lacks of its contract: attributes, functions, and how those are called."""
    found = []
    for name, wanted in inspect.getmembers(contract):
        if name.startswith("_"):
            continue
        if not hasattr(thing, name):
            found.append(f"has no {name}")
        elif inspect.isfunction(wanted):
            own = getattr(thing, name)
            if not callable(own):
                found.append(f"{name} is no function")
            elif len(inspect.signature(own).parameters) != len(inspect.signature(wanted).parameters) - 1:
                found.append(f"{name}{inspect.signature(own)} is not called as {name}{inspect.signature(wanted)}")
            elif inspect.iscoroutinefunction(own) != inspect.iscoroutinefunction(wanted):
                found.append(f"{name} is async in one of both only")
    return found


def test_every_part_is_named_and_every_name_has_its_part():
    assert named() == PARTS and len(PARTS) > 10


@pytest.mark.parametrize("name", PARTS)
def test_a_part_and_what_it_makes_keep_to_their_contracts(name):
    seam = name.split("_")[0]
    with Modules():
        module, thing = made(name)
        for own in ("problems",) if seam == "evse" else ("problems", "make"):
            assert str(inspect.signature(getattr(module, own)).replace(return_annotation=None)).count(",") == str(
                inspect.signature(getattr(part, own))
            ).count(","), own
        assert isinstance(module.KEYS, str) and (seam != "meter" or isinstance(module.INTERLOCK, bool))
        needed, more, can_more = SEAMS[seam]
        assert wrong(thing, more if more and can_more(thing) else needed) == []
        if seam == "meter":
            words = core.WORDS if isinstance(core.WORDS, str) else str(core.WORDS)
            assert all(measurand.split(".L")[0] in words for measurand in thing.measurands)
            assert not module.INTERLOCK or wrong(thing, interlock.Interlock) == []


def test_a_driver_that_lacks_something_is_found_out():
    class Half:
        count = 1

        def show(self):
            pass

    assert wrong(Half(), lights.Lights) == ["show() is not called as show(self, colours)"]
    assert "has no ready" in wrong(Half(), interlock.Interlock)


def test_every_modbus_model_is_named_and_says_where_its_values_are():
    module = import_module("chargelet.hardware.parts.meter_modbus")
    (words,) = [rest for name, _, _, rest in map(board_keys._row, module.KEYS.strip().split("\n")) if name == "model"]
    assert sorted(words.split(",")) == MODELS
    for name in MODELS:
        model = import_module(f"chargelet.hardware.modbus_models.{name}")
        assert model.FUNCTION in (3, 4), name
        assert [row[0] for row in model.REGISTERS][:2] == ["Energy.Active.Import.Register", "Power.Active.Import"]
        for measurand, register, form, times, over in model.REGISTERS:
            assert 0 <= register < 65536 and form[0] in "fus" and form[1:] in ("1", "2", "4"), (name, measurand)
            assert isinstance(times, int) and isinstance(over, int) and times > 0 and over > 0
            assert form != "f1" and form != "f4", "a float has two registers"


def test_every_vendor_is_named_and_answers():
    names = files(rom.FIRMWARE / "chargelet/station/vendor")
    assert sorted([name for _, name in vendors.VENDORS] + ["contract"]) == names
    bench = Bench()
    for vendor_id, name in vendors.VENDORS:
        module = import_module(f"chargelet.station.vendor.{name}")
        assert isinstance(module.KEYS, str)
        assert list(inspect.signature(module.answer).parameters) == list(inspect.signature(contract.answer).parameters)
        status, _ = module.answer(bench.station, "no such message", None)
        assert status == "UnknownMessageId", name
        answer = bench.ask("DataTransfer", {"vendorId": vendor_id.upper(), "messageId": "no such message"})
        assert answer["status"] == "UnknownMessageId"
        with pytest.raises(ValueError, match="taken"):
            bench.station.vendors.register(vendor_id, None)


def test_every_installer_can_do_what_is_asked_of_one():
    for made in (
        partition_installer(Chip(), FakeStorage()),
        SlotInstaller(FakeStorage(), TERMS, FakeClock()),
        Installer(FakeStorage(), TERMS, FakeClock()),
    ):
        assert wrong(made, update.Installer) == [], type(made).__name__


def test_what_stands_in_for_time_flash_and_vehicles_is_called_like_the_real_thing():
    assert wrong(FakeClock(), Clock) == [] and wrong(FakeStorage(), Storage) == []
    assert wrong(FakeEvse(), evse.WithLock) == []

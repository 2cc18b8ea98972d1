"""How a real board starts, on blank parts: good files, bad files, no files, and whatever goes wrong on the way."""

import gc
import sys

import pytest
from blank_board import INSTALLATION, starter

import check_board
import page_password
from control_port import free_port
from fakes import parts


@pytest.fixture
def start(tmp_path, monkeypatch, capfd):
    """A board's main(), for a moment; gives (what the console said, all parts that were made, stations, resets)."""
    return starter(tmp_path, monkeypatch, capfd)


def test_a_station_is_started(start):
    said, made, ended, resets = start()
    for line in ("boot: PWRON_RESET", "safety tier T0", "csms: connecting to ws://127.0.0.1:1/ocpp/CP1"):
        assert line in said
    assert made[0][0] == "Pin" and made[0][1][0] == 32 and made[0][2] == {"value": 0}
    assert ("freq", (240000000,), {}) in made, "plain images start slower"
    (station,) = ended
    assert station.station.config["HeartbeatInterval"] == 77 and "config.Nope" in said
    assert ("WLAN", (1,), {}) in made and not resets and "12345678" not in said
    assert station.station.connectors[0].evse.fault == ("OtherError", "SafetyTierT0")


def test_a_raised_security_profile_is_not_lowered_by_a_key_of_the_installation(start):
    csms = {"url": "ws://127.0.0.1:1/ocpp", "identity": "CP1", "profile": 2, "password": "x" * 16}
    for key in ("SecurityProfile", "securityPROFILE"):
        config = {key: 0, "CpoName": "Operator"}
        said, _, (station,), _ = start(installation={**INSTALLATION, "csms": {**csms}, "config": config})
        assert f"config.{key}: csms.profile says it; left out" in said and "connecting to wss://" in said, said
        assert station.station.config["SecurityProfile"] == 2 and station.station.config["CpoName"] == "Operator"


def test_a_page_has_a_name_in_its_network(start):
    page = dict(page_password.made("correct horse"), port=free_port(), address="127.0.0.1")
    said, made, ended, _ = start(installation={**INSTALLATION, "page": {**page}})
    assert "page.port" not in said and "allowed: a section with port" in said, "an address is for the simulator alone"
    del page["address"]
    said, made, ended, _ = start(installation={**INSTALLATION, "page": page})
    (station,) = ended
    names = [name for name, _given, _named in made]
    assert ("hostname", ("chargelet-01ab",), {}) in made and names.index("hostname") < names.index("WLAN"), made
    assert "http://chargelet-01ab.local/" in said and "page: http port %d" % page["port"] in said
    assert "correct" not in said
    said, made, _, _ = start()
    assert "hostname" not in [name for name, _given, _named in made] and "page" not in said


def test_a_page_needs_ram_and_a_board_without_says_so(start, monkeypatch):
    page = dict(page_password.made("correct horse"), port=free_port())
    monkeypatch.setattr(gc, "mem_free", lambda: 18999, raising=False)
    said, _, ended, resets = start(installation={**INSTALLATION, "page": {**page}})
    assert "ERROR page: not served: it takes 19000 bytes of RAM, and 18999 are free" in said and "http port" not in said
    assert len(ended) == 1 and not resets, "the station runs"
    monkeypatch.setattr(gc, "mem_free", lambda: 19000, raising=False)
    said, _, _, _ = start(installation={**INSTALLATION, "page": page})
    assert "page: http port %d" % page["port"] in said and "not served" not in said
    monkeypatch.setattr(gc, "mem_free", lambda: 4000000, raising=False)
    for (made,), most in ((ended, 2300), (start()[2], 10000)):
        assert made.station.config["CertificateSignedMaxChainSize"] == most


def test_a_board_with_wifi_and_no_installation_is_set_up(start, monkeypatch):
    from chargelet import set_up

    began = []

    async def run(radio, unique_id, clock, log, storage, path, minutes):
        began.append((type(radio).__name__, unique_id, path[-18:], minutes))

    monkeypatch.setattr(set_up, "run", run)
    said, made, ended, resets = start(installation=None)
    assert began == [("AccessPoint", b"\x01\xab", "/installation.json", None)] and resets and not ended, said
    assert [given for name, given, _ in made if name == "Pin"] == [], "no contactor has a driver meanwhile"


@pytest.mark.parametrize("installed", [False, True])
def test_a_board_with_ethernet_is_set_up_by_its_radio(start, monkeypatch, installed):
    from chargelet import set_up

    began = []

    async def run(radio, unique_id, clock, log, storage, path, minutes):
        began.append((type(radio).__name__, radio.wifi, minutes))

    monkeypatch.setattr(set_up, "run", run)
    monkeypatch.setattr(parts._Blank, "value", lambda self, *given: 0, raising=False)
    table = dict(check_board.read("olimex-esp32-poe"), set_up={"button": 34, "minutes": 7})
    installation = {"installation": INSTALLATION} if installed else {"installation": None}
    said, made, ended, resets = start(table=table, **installation)
    assert began == [("WiredAccessPoint", False, 7 if installed else None)] and resets and not ended, said
    given = [named for name, _, named in made if name == "LAN"]
    assert len(given) == 1 and given[0]["phy_addr"] == 0, "no contactor has a driver meanwhile"


def test_what_a_board_with_ethernet_cannot_be_set_up_by(start):
    table = check_board.read("olimex-esp32-poe")
    said, _, ended, resets = start(table=dict(table, network={"kind": "ethernet"}), installation=None)
    assert "/board.json: network: not what Ethernet needs: `make deploy`" in said, said
    assert not ended and not resets
    image = dict(table, network=dict(table["network"], phy="IP101"))  # the blank one has no such thing
    said, _, ended, _ = start(table=image, installation=None)
    assert "installation.json is not there: `make provision` makes it" in said and not ended
    said, _, ended, _ = start(table=dict(table, set_up={"without_wifi": 5}))
    assert "set_up.without_wifi: a time; allowed: nothing: a board with Ethernet searches for no Wi-Fi" in said
    assert not ended


@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize("reads", [0, 1])
def test_a_button_that_is_held_at_the_start_has_the_board_set_up_anew(start, monkeypatch, level, reads):
    from chargelet import set_up

    began = []

    async def run(radio, unique_id, clock, log, storage, path, minutes):
        began.append(minutes)

    monkeypatch.setattr(set_up, "run", run)
    monkeypatch.setattr(parts._Blank, "value", lambda self, *given: reads, raising=False)
    table = dict(check_board.read("esp32s3"), set_up={"button": 21, "level": level, "minutes": 7})
    said, made, ended, resets = start(table=table)
    pins = [given for name, given, _ in made if name == "Pin"]
    if reads == level:
        assert began == [7] and resets and not ended and pins == [(21, 1)], (said, pins)
    else:
        assert began == [] and not resets and len(ended) == 1 and pins[0] == (21, 1), said


@pytest.mark.parametrize("minutes", [None, 0, 45])
def test_how_long_a_station_searches_for_its_wifi_before_it_opens_an_access_point(start, minutes):
    table = check_board.read("esp32s3")
    table.pop("set_up", None)
    if minutes is not None:
        table["set_up"] = {"without_wifi": minutes}
    said, made, ended, resets = start(table=table)
    link = ended[0].handed[0].__self__
    assert link._lost_ms == {None: 30, 0: 0, 45: 45}[minutes] * 60000 and not resets, said
    _, _, ended, _ = start("olimex-esp32-poe")
    assert ended[0].handed[0].__self__._lost_ms == 0, "Ethernet has no radio"
    said, _, ended, _ = start(table=dict(table, set_up={"without_wifi": 1441}))
    assert "set_up.without_wifi: 1441; allowed: a whole number from 0 to 1440" in said and not ended


@pytest.mark.parametrize("board", ["smartevse-v3", "esp32-evse", "olimex-esp32-poe", "esp32s3", "esp32c3"])
def test_every_board_starts(start, board):
    said, made, ended, resets = start(board)
    assert len(ended) == 1 and not resets and "died" not in said, said


def test_the_chips_number_is_its_identity_where_none_is_given(start):
    said, _, _, _ = start(installation={**INSTALLATION, "csms": {"url": "ws://127.0.0.1:1/ocpp"}})
    assert "csms: connecting to ws://127.0.0.1:1/ocpp/01AB" in said


def test_a_station_without_a_central_system_starts_alone(start):
    said, made, ended, resets = start(installation={"stand_alone": True, "config": {"FreeVend": True}})
    (station,) = ended
    assert station.station.authorization.stand_alone and station.link is None and not resets, said
    assert "WLAN" not in [name for name, _, _ in made], "a network that nobody has named"
    # One that is given tells the time.
    said, made, ended, _ = start(installation={"stand_alone": True, "wifi": {"name": "x"}})
    assert "WLAN" in [name for name, _, _ in made] and ended[0].link is None and "died" not in said, said
    # With a central system it may charge before that has ever been reached.
    said, _, ended, _ = start(installation={**INSTALLATION, "stand_alone": True})
    assert ended[0].station.authorization.stand_alone and "csms: connecting to" in said


def test_a_board_whose_serial_line_is_not_a_console_says_nothing_there(start, monkeypatch):
    for during in (None, RuntimeError("a mistake of ours, and where it came from")):
        told = []
        module = type(sys)("micropython")
        module.kbd_intr = told.append
        monkeypatch.setitem(sys.modules, "micropython", module)
        said, _, ended, resets = start("openevse", during=during)
        lines = [line for line in said.splitlines() if line != "contactor off"]  # the test's own word
        assert told == [-1] and len(lines) == 1 and "not a console" in said and ended and bool(resets) == bool(during)


def test_bad_files_start_nothing_and_are_named(start):
    table = check_board.read("esp32")
    table["connector"][0]["contactor"]["coil"] = 12
    table["connector"][0]["pilot"]["pwm"] = 35
    said, made, ended, resets = start(table=table)
    assert "connector[0].contactor.coil: pin 12 decides" in said and "pilot.pwm: pin 35 can only read" in said
    assert not made and not ended and not resets and "all contactors are off" in said
    for files, named in (
        ({"board.json": "{"}, "board.json is damaged: `make deploy`"),
        ({"installation.json": "\x00"}, "installation.json is damaged: `make provision`"),
        ({"installation.json": "[]"}, "installation.json: installation: no sections"),
        ({"installation.json": '{"wifi": {"name": "x"}}'}, "installation.json: csms: nothing"),
        ({"installation.json": '{"csms": {"url": "ws://x"}}'}, "installation.json: wifi: nothing"),
        ({"installation.json": '{"stand_alone": "yes"}'}, "installation.json: stand_alone: 'yes'"),
        ({"installation.json": '{"stand_alone": false}'}, "installation.json: csms: nothing"),
        ({"installation.json": '{"wifi": {"name": "x", "password": "short"}, "csms": {"url": 1}}'}, "a short one"),
    ):
        said, _, ended, resets = start(files=files)
        assert named in said and not ended and not resets, (named, said)


def test_an_error_resets_the_board_with_the_contactors_off(start):
    said, _, ended, resets = start(during=OSError(5))
    assert resets and "boot: OSError" in said
    assert said.index("contactor off") < said.index("boot: OSError"), "pins keep their levels until boot.py"


def test_an_error_of_any_kind_while_it_runs_is_no_mistake_in_a_file(start):
    said, _, _, resets = start(during=ValueError("what ever"))
    assert resets and "boot: ValueError" in said and "no station is started" not in said


def test_ctrl_c_ends_at_the_repl(start):
    said, _, _, resets = start(during=KeyboardInterrupt)
    assert not resets and said.index("contactor off") < said.index("stopped at the console")


def test_who_takes_new_firmware_in(start, monkeypatch):
    table = check_board.read("esp32")
    _, _, (station,), _ = start(table=table)
    assert station.installer is None, "without a key nobody does"
    table["update"] = {"key": "ab" * 256}
    _, _, (station,), _ = start(table=table)
    assert type(station.installer()).__name__ == "SlotInstaller" and "update" not in station.station.board

    class Partition:
        RUNNING = 1

        def __init__(self, which):
            pass

        def get_next_update(self):
            return self

    _, _, (station,), _ = start(table=table, partitions=Partition)
    assert type(station.installer()).__name__ == "PartitionInstaller"

    def none(self):
        raise OSError(2)

    monkeypatch.setattr(Partition, "get_next_update", none)
    _, _, (station,), _ = start(table=table, partitions=Partition)
    assert type(station.installer()).__name__ == "SlotInstaller", "an image with one partition only"

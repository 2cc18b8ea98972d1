"""Where the noise for keys comes from on a board that starts: its radio, or nowhere, and then no key is made."""

import sys

import pytest
from blank_board import starter

import check_board


@pytest.fixture
def start(tmp_path, monkeypatch, capfd):
    """A board's main(), for a moment; gives (what the console said, all parts that were made, stations, resets)."""
    return starter(tmp_path, monkeypatch, capfd)


def test_a_radio_that_gives_no_noise_is_told_and_no_key_is_made(monkeypatch):
    from chargelet.base import entropy

    done = []

    class Radio:
        def __init__(self, kind):
            pass

        def active(self, on):
            done.append(on)
            if on:
                raise OSError("WiFi Out of Memory")

    network = type(sys)("network")
    network.WLAN, network.STA_IF = Radio, 0
    monkeypatch.setitem(sys.modules, "network", network)
    monkeypatch.delitem(sys.modules, "chargelet.hardware.radio_noise", raising=False)
    from chargelet.hardware import radio_noise

    noise, said = entropy._noise[0], []
    try:
        radio_noise.gather(said.append)
        assert done == [True, False] and "Out of Memory" in said[0]
        with pytest.raises(ValueError, match="noise"):
            entropy.secret(1)
        Radio.active = lambda self, on: done.append(on)
        Radio.scan = lambda self: done.append("scan")
        radio_noise.gather(said.append)
        assert done[2:] == [True, "scan", False] and len(entropy.secret(1)) == 1 and len(said) == 1
    finally:
        entropy._noise[0] = noise
        sys.modules.pop("chargelet.hardware.radio_noise", None)


def test_a_board_with_ethernet_takes_noise_from_its_radio_or_makes_no_keys(start):
    from chargelet.base import entropy

    noise = entropy._noise[0]
    try:
        said, made, _, _ = start("olimex-esp32-poe")
        names = [name for name, _, _ in made]
        assert names.index("WLAN") < names.index("LAN") and names.index("WLAN") < names.index("Pin"), names
        drawn = [entropy.secret(40), entropy.secret(40), entropy.secret(3)]
        assert [len(one) for one in drawn] == [40, 40, 3] and len(set(drawn)) == 3
        table = check_board.read("olimex-esp32-poe")
        table["network"]["entropy"] = "none"
        said, made, ended, _ = start(table=table)
        assert "WLAN" not in [name for name, _, _ in made] and len(ended) == 1, said
        with pytest.raises(ValueError, match="network.entropy"):
            entropy.secret(40)
        entropy._noise[0] = b""
        start()
        assert len(entropy.secret(40)) == 40, "with Wi-Fi the radio is on"
    finally:
        entropy._noise[0] = noise

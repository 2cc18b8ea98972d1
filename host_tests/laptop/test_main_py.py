"""main.py and the manifest of an image: what a board does before the firmware is loaded."""

import io
import json
import sys
from pathlib import Path

import pytest

import check_board
import page_content
import rom


@pytest.fixture
def main_py(monkeypatch):
    """Runs main.py with what a board file says; gives what it did, in order."""

    def run(text, active=None):
        did = []

        class Wlan:
            def __init__(self, which):
                self.which = which

            def active(self, on):
                did.append(("radio", self.which, on))
                if active:
                    raise active

        def module(name, **inside):
            made = type(sys)(name)
            vars(made).update(inside)
            monkeypatch.setitem(sys.modules, name, made)
            return made

        class Firmware:
            """Stands in for the package; notes when it is loaded."""

            def find_spec(self, name, path=None, target=None):
                if name == "chargelet":
                    did.append("firmware")
                return None

        def read(path):
            assert path == "/board.json"
            if text is None:
                raise OSError(2)
            return io.StringIO(text)

        for name in [name for name in sys.modules if name.partition(".")[0] == "chargelet"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setattr(sys, "path", list(sys.path))
        monkeypatch.setattr(sys, "meta_path", [Firmware(), *sys.meta_path])
        module("machine", reset=None)
        module("network", WLAN=Wlan, STA_IF=7)
        module("slots", choose=lambda: did.append("slot") or str(rom.FIRMWARE))
        module("chargelet.device", main=lambda machine, partition: did.append("main"))
        exec(compile((rom.FIRMWARE / "main.py").read_text(), "main.py", "exec"), {"open": read, "print": did.append})
        return did

    return run


def test_the_radio_is_on_before_the_firmware_is_loaded(main_py):
    rest = ["slot", "firmware", "main"]
    wifi = json.dumps(check_board.read("esp32"))
    assert main_py(wifi) == [("radio", 7, True), *rest]
    assert main_py(json.dumps(check_board.read("olimex-esp32-poe"))) == rest
    for text in (None, "", "[]", "{}", '{"network": 1}', wifi[:50]):
        assert main_py(text) == rest, "the firmware says what is wrong with it"
    done = main_py(wifi, active=OSError("WiFi Out of Memory"))
    assert done == [("radio", 7, True), "boot: Wi-Fi cannot be switched on: WiFi Out of Memory", *rest]
    done = main_py(json.dumps(check_board.read("openevse")), active=OSError("WiFi Out of Memory"))
    assert done == [("radio", 7, True), *rest], "its serial line is the controller's"


def test_main_and_manifest_are_what_a_board_takes(monkeypatch):
    compile((rom.FIRMWARE / "main.py").read_text(), "main.py", "exec")
    asked = []
    made = []
    frozen = []

    def module(name, base_path):
        made.extend((Path(base_path) / name).read_text().split("\n"))

    def package(name, base_path):
        asked.append(name)
        frozen.extend((Path(base_path) / name).rglob("*.py"))

    names = {"include": asked.append, "package": package, "module": module}
    monkeypatch.chdir(rom.FIRMWARE)
    exec((rom.FIRMWARE / "manifest.py").read_text(), names)
    assert asked == ["$(PORT_DIR)/boards/manifest.py", "uwebsockets", "chargelet"]
    assert all((rom.FIRMWARE / name).is_dir() for name in asked[1:])
    assert {"import chargelet", "import chargelet.station.station", "import uwebsockets.frames"} <= set(made)
    there = [path for name in asked[1:] for path in (rom.FIRMWARE / name).rglob("*.py")]
    # And two pages, which are made of firmware/web.
    assert len(frozen) == len(there) + len(page_content.NAMES) and any("const(" in path.read_text() for path in frozen)
    assert len(made) == len(set(made)) > 100 and not [line for line in made if "__" in line]

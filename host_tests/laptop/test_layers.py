"""The firmware's imports go downwards only, and nothing imports what a board has not."""

import ast
import re

from imports import BOARDS, files, imports, layer, may_import

import rom
from chargelet.messages import core, profiles

# Both CPython and a board have these. Not on a board: typing, enum, dataclasses, functools, datetime, logging, uuid …
EVERYWHERE = {
    "array", "asyncio", "binascii", "collections", "errno", "gc", "hashlib", "io", "json", "os", "select", "socket",
    "struct", "sys",
}  # fmt: skip
# name → the only files that may import it, and see to the interpreter that has it not
ONLY = {
    "time": r"chargelet/base/clock\.py",
    "os.urandom": r"chargelet/base/(randomness|entropy)\.py|uwebsockets/(opening|dial)\.py",  # there it is a default
    "random": r"(?!)",
    "machine": r"chargelet/hardware/|simulator/|main\.py",
    "network": r"chargelet/hardware/(network_link|radio_noise|(wired_)?access_point)\.py|main\.py",
    "esp32": r"main\.py",
    "micropython": r"chargelet/device\.py",
    "onewire": r"chargelet/hardware/parts/",
    "ds18x20": r"chargelet/hardware/parts/",
    "neopixel": r"chargelet/hardware/parts/",
    "asyncio.core": r"uwebsockets/(dial|sockets)\.py|chargelet/base/alarm\.py",
    "asyncio.stream": r"uwebsockets/dial\.py",
    "ssl": r"uwebsockets/dial\.py",
    "tls": r"uwebsockets/dial\.py",
    "traceback": r"chargelet/base/log\.py",  # where there is no sys.print_exception
}


def wrong_arrows(listing):
    found = []
    for name, path in listing:
        parts = name.split("/")
        own = parts[1] if parts[0] == "chargelet" and len(parts) > 2 else None
        for dotted in imports(name, path):
            other = layer(dotted)
            if parts[0] == "uwebsockets" and dotted.startswith("chargelet"):
                found.append(f"{name} imports {dotted}")
            # chargelet/compose.py is above all layers.
            if own and other and not may_import(own, other):
                found.append(f"{name} imports {dotted}")
    return found


def strangers(listing):
    """Imports of what a board has not, or has in one place only."""
    own = {name.split("/")[-1][:-3] for name, _ in listing if not name.startswith(("chargelet/", "uwebsockets/"))}
    found = []
    for name, path in listing:
        if name == "manifest.py":  # runs in MicroPython's build, on the laptop
            continue
        for dotted in imports(name, path):
            first = dotted.split(".")[0]
            restricted = [there for module, there in ONLY.items() if f"{dotted}.".startswith(f"{module}.")]
            if restricted:
                if not re.match(restricted[0], name):
                    found.append(f"{name} imports {dotted}")
            elif first not in EVERYWHERE | {"chargelet", "uwebsockets"} | own:
                found.append(f"{name} imports {dotted}")
    return found


def test_imports_go_downwards_only():
    assert wrong_arrows(files(rom.FIRMWARE)) == []


def test_time_chance_and_hardware_have_one_place_each_and_a_board_has_the_rest():
    assert strangers(files(rom.FIRMWARE)) == []
    assert strangers(files(rom.FIRMWARE, BOARDS)) == []


# What a connector knows of itself; other files read it, and call its methods.
FIELDS = (
    "operative scheduled blocked claim reservation transaction interrupted bolt finished vehicle_left waited_out ending"
)


def strange_writes(listing):
    """Assignments to a connector's fields by another file than its own."""
    found = []
    for name, path in listing:
        for node in ast.walk(ast.parse(path.read_text())) if name != "chargelet/station/connector.py" else ():
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            for target in [one for whole in targets for one in getattr(whole, "elts", [whole])]:
                if isinstance(target, ast.Attribute) and target.attr in FIELDS.split():
                    if isinstance(target.value, ast.Name) and target.value.id in ("connector", "one", "other", "place"):
                        found.append(f"{name} line {node.lineno} writes {ast.unparse(target)}")
    return found


def test_a_connectors_state_is_written_by_its_own_file_only(tmp_path):
    assert strange_writes(files(rom.FIRMWARE)) == []
    bad = tmp_path / "bad.py"
    for text in ("connector.claim = 1\n", "one.finished = other.finished = False\n", "a, connector.bolt = 1, 2\n"):
        bad.write_text(text)
        assert strange_writes([("chargelet/station/bad.py", bad)]), text


def test_the_tests_can_fail(tmp_path):
    bad = tmp_path / "bad.py"
    for name, text in (
        ("chargelet/station/bad.py", "def f():\n    from ..transport import csms\n"),
        ("chargelet/station/bad.py", "from chargelet import rpc\n"),
        ("chargelet/base/bad.py", "from .clock import Clock\nfrom ..hardware import evse\n"),
        ("chargelet/base/bad.py", "from ..messages import check\n"),
        ("chargelet/messages/bad.py", "import chargelet.journal.journal\n"),
        ("chargelet/no_such_layer/bad.py", "from ..station import station\n"),
        ("uwebsockets/bad.py", "import chargelet.base.clock\n"),
    ):
        bad.write_text(text)
        assert wrong_arrows([(name, bad)]), (name, text)
    for name, text in (
        ("chargelet/station/bad.py", "import time\n"),
        ("chargelet/station/bad.py", "from os import urandom\n"),
        ("chargelet/station/bad.py", "import os\nos.urandom(4)\n"),
        ("chargelet/station/bad.py", "def f():\n    import machine\n"),
        ("chargelet/base/randomness.py", "import random\n"),
        ("chargelet/rpc/bad.py", "from typing import Any\n"),
        ("chargelet/rpc/bad.py", "import asyncio.stream\n"),
        ("simulator/bad.py", "import logging\n"),
        ("uwebsockets/bad.py", "import network\n"),
    ):
        bad.write_text(text)
        assert strangers([(name, bad)]), (name, text)


def payloads(listing):
    """Dictionaries with names of OCPP's fields, made below actions/."""
    names = set(re.findall(r"(\w+)[!?]", " ".join((*core.FIELDS, *profiles.FIELDS)))) - {
        "id",
        "key",
        "value",
        "location",
    }
    below = re.compile(r"chargelet/(station|hardware|base|journal)/")
    return [
        f"{name} line {node.lineno}: {key.value}"
        for name, path in listing
        if below.match(name)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and key.value in names
    ]


def test_payloads_stop_at_actions(tmp_path):
    assert payloads(files(rom.FIRMWARE)) == []
    bad = tmp_path / "bad.py"
    bad.write_text('def f():\n    return {"status": "Accepted"}\n')
    assert payloads([("chargelet/station/bad.py", bad)])


def test_shared_tests_ask_no_environment():
    """A chip without an operating system has none, and no os.getenv: fakes/thinned.py knows."""
    tests = rom.ROOT / "host_tests"
    shared = [*tests.glob("test_*.py"), *(tests / "fakes").glob("*.py")]
    assert len(shared) > 100
    assert [path.name for path in shared if re.search(r"getenv|environ\b", path.read_text())] == ["thinned.py"]


def test_every_file_says_what_it_knows_and_is_short():
    ours = files(rom.FIRMWARE, BOARDS)
    for name, path in ours + files(rom.ROOT / "host_tests") + files(rom.ROOT / "tools"):
        text = path.read_text()
        says = ast.get_docstring(ast.parse(text)) or text.removeprefix("# ")
        begins = text.startswith('"""') or ((name, path) not in ours and text.startswith("# "))
        assert not text or (begins and len(says.splitlines()[0]) > 20), f"{name} does not begin with what it is for"
        lines = text.count("\n")
        assert lines <= 250, f"{name} has {lines} lines: split it by concern"


def test_folders_and_files_have_names_that_say_something():
    for name, _ in files(rom.FIRMWARE, BOARDS):
        for word in ("manager", "helper", "utils", "common", "misc"):
            assert word not in name, name

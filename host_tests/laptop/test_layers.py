"""The firmware's imports go downwards only, and nothing imports what a board has not."""

import ast
import re

import rom

# Each layer may import those after it, and what stands below all of them.
LAYERS = ["transport", "rpc", "actions", "station", "hardware"]
BELOW = ["messages", "journal", "ground"]

# On neither CPython nor MicroPython may the firmware lean on these.
NOT_ON_A_BOARD = {
    "abc", "collections.abc", "contextlib", "dataclasses", "datetime", "enum", "functools", "itertools", "logging",
    "threading", "typing", "uuid",
}  # fmt: skip
# name → the only files that may import it
ONLY = {
    "time": {"chargelet/ground/clock.py"},
    "random": set(),
    "urandom": {"chargelet/ground/chance.py"},
    "machine": re.compile(r"chargelet/hardware/"),
    "network": re.compile(r"chargelet/hardware/"),
    "esp32": re.compile(r"chargelet/hardware/"),
}
# A file over 250 lines, and why.
LONG = {}


def files():
    found = sorted(rom.FIRMWARE.rglob("*.py"))
    assert len(found) > 40
    return [(str(path.relative_to(rom.FIRMWARE)), path) for path in found]


def imports(name, path):
    """The dotted names a file imports, relative ones resolved; those inside functions too."""
    package = name.split("/")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            whole = ".".join([*base, *([node.module] if node.module else [])])
            yield whole
            for alias in node.names:
                yield f"{whole}.{alias.name}"


def layer(dotted):
    parts = dotted.split(".")
    return parts[1] if parts[0] == "chargelet" and len(parts) > 1 else None


def wrong_arrows(listing):
    found = []
    for name, path in listing:
        parts = name.split("/")
        own = parts[1] if parts[0] == "chargelet" and len(parts) > 2 else None
        for dotted in imports(name, path):
            other = layer(dotted)
            if parts[0] == "uwebsockets" and dotted.startswith("chargelet"):
                found.append(f"{name} imports {dotted}")
            if own is None or other is None or other == own:
                continue
            order = LAYERS + BELOW
            if other not in order or own not in order or order.index(other) < order.index(own):
                found.append(f"{name} imports {dotted}")
            if own == "ground":
                found.append(f"{name} imports {dotted}")
    return found


def test_imports_go_downwards_only():
    assert wrong_arrows(files()) == []


def test_the_test_can_fail(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    from ..transport import csms\n")
    assert wrong_arrows([("chargelet/station/bad.py", bad)])
    bad.write_text("from .clock import Clock\nfrom ..hardware import evse\n")
    assert wrong_arrows([("chargelet/ground/bad.py", bad)])
    bad.write_text("import chargelet.ground.clock\n")
    assert wrong_arrows([("uwebsockets/bad.py", bad)])


def test_time_chance_and_hardware_have_one_place_each():
    for name, path in files():
        for dotted in imports(name, path):
            assert dotted.split(".")[0] not in NOT_ON_A_BOARD, f"{name} imports {dotted}"
            for module, allowed in ONLY.items():
                if dotted == module or dotted == f"os.{module}" or dotted.startswith(module + "."):
                    there = name in allowed if isinstance(allowed, set) else allowed.match(name)
                    assert there, f"{name} imports {dotted}"


def test_every_file_says_what_it_knows_and_is_short():
    for name, path in files():
        text = path.read_text()
        assert ast.get_docstring(ast.parse(text)), f"{name} begins with no docstring"
        lines = text.count("\n")
        assert lines <= 250 or name in LONG, f"{name} has {lines} lines: split it by concern"


def test_folders_and_files_have_names_that_say_something():
    for name, _ in files():
        for word in ("manager", "helper", "utils", "common", "misc"):
            assert word not in name, name

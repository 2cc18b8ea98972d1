"""The firmware's imports go downwards only, and nothing imports what a board has not."""

import ast
import re

import rom

# Each layer may import those after it, and what stands below all of them.
LAYERS = ["transport", "rpc", "actions", "station", "hardware"]
# What any layer may import → which of these it may import itself.
BELOW = {
    "messages": {"base"},
    "journal": {"base"},
    "certificates": {"base"},
    "base": set(),
    "version": {"base"},
}
# The page stands beside transport and looks at the station only.
BESIDE = {"page": {"station"}}

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
    "network": r"chargelet/hardware/(network_link|radio_noise|access_point)\.py|main\.py",
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
# A file over 250 lines, and why.
LONG = {}

BOARDS = rom.ROOT / "boards"


def files(*folders):
    """(path below firmware/ or boards/, path) of every file."""
    found = [(str(path.relative_to(folder)), path) for folder in folders for path in sorted(folder.rglob("*.py"))]
    assert len(found) > 5
    return found


def imports(name, path):
    """The dotted names a file imports, relative ones resolved; those inside functions too. os.urandom counts as one."""
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
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "os.urandom":
            yield "os.urandom"


def layer(dotted):
    parts = dotted.split(".")
    return parts[1] if parts[0] == "chargelet" and len(parts) > 1 else None


def may_import(own, other):
    if own == other:
        return True
    if own in BELOW:
        return other in BELOW[own]
    if own in BESIDE:
        return other in BELOW or other in BESIDE[own]
    return other in BELOW or (own in LAYERS and other in LAYERS[LAYERS.index(own) :])


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


def seldom(listing):
    """The dotted names of the modules that are forgotten when nobody runs them (base/loading.py)."""
    marked = re.compile(r"^(loading\.seldom|seldom\.append)\(__name__\)$", re.MULTILINE)
    # Of the actions some stay; the others say so themselves.
    folders = {folder for _, folder in named_folders(listing)} - {"chargelet.actions"}
    dotted = {name[:-3].replace("/", "."): path.read_text() for name, path in listing}
    return {name for name, text in dotted.items() if marked.search(text) or name.rpartition(".")[0] in folders}


def named_folders(listing):
    """(file, folder) wherever a file is imported because a message or a board file names it."""
    call = re.compile(r'loading\.named\("([^"]*)",')
    return [(name, folder) for name, path in listing for folder in call.findall(path.read_text())]


def kept_for_ever(listing, names):
    """Imports of seldom modules that would keep them: at the top of a module that stays."""
    found = []
    for name, path in listing:
        if name[:-3].replace("/", ".") in names:
            continue
        inner = set()
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                inner |= set(ast.walk(node))
        package = name.split("/")[:-1]
        for node in ast.walk(tree):
            if node in inner or not isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            if isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else []
                whole = ".".join([*base, *([node.module] if node.module else [])])
                imported = {whole, *[f"{whole}.{alias.name}" for alias in node.names]}
            else:
                imported = {alias.name for alias in node.names}
            found += [f"{name} imports {dotted}" for dotted in sorted(imported & names)]
    return found


def unmarked(listing, names):
    """Seldom modules with state: what they assign in a function goes when they go."""
    return [
        name
        for name, path in listing
        if name[:-3].replace("/", ".") in names
        and [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Global)]
    ]


def test_what_is_needed_seldom_is_imported_where_it_is_needed_and_keeps_no_state(tmp_path):
    listing = files(rom.FIRMWARE)
    names = seldom(listing)
    assert len(names) > 40
    assert kept_for_ever(listing, names) == []
    assert unmarked(listing, names) == []
    bad = tmp_path / "bad.py"
    for text in ("from . import card\n", "import chargelet.station.card\n"):
        bad.write_text(text)
        assert kept_for_ever([("chargelet/station/bad.py", bad)], names), text
    bad.write_text("def f():\n    from .card import swipe\n")
    assert kept_for_ever([("chargelet/station/bad.py", bad)], names) == []


def test_modules_are_imported_by_text_in_one_place():
    listing = files(rom.FIRMWARE, BOARDS)
    by_text = [name for name, path in listing if re.search("__import__|importlib", path.read_text())]
    assert by_text == ["chargelet/base/loading.py"]
    # What a message or a board file names has a folder of its own.
    found = named_folders(listing)
    assert found
    for name, folder in found:
        assert list((rom.FIRMWARE / folder.replace(".", "/")).glob("*.py")), (name, folder)
        assert may_import(layer(name.replace("/", ".")), layer(folder)), (name, folder)


def test_every_file_says_what_it_knows_and_is_short():
    for name, path in files(rom.FIRMWARE, BOARDS):
        text = path.read_text()
        says = ast.get_docstring(ast.parse(text))
        assert says and text.startswith('"""') and len(says.splitlines()[0]) > 20, f"{name} begins with no docstring"
        lines = text.count("\n")
        assert lines <= 250 or name in LONG, f"{name} has {lines} lines: split it by concern"


def test_folders_and_files_have_names_that_say_something():
    for name, _ in files(rom.FIRMWARE, BOARDS):
        for word in ("manager", "helper", "utils", "common", "misc"):
            assert word not in name, name


def pinning(listing, names):
    """Functions that never return and import a seldom module: it would stay for as long as they run."""
    found = []
    for name, path in listing:
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            nodes = list(ast.walk(function))
            endless = [n for n in nodes if isinstance(n, ast.While) and getattr(n.test, "value", None) is True]
            leaves = [n for n in nodes if isinstance(n, (ast.Return, ast.Break, ast.Yield))]
            if endless and not leaves:
                found += [
                    f"{name}: {function.name}()"
                    for node in nodes
                    if isinstance(node, ast.ImportFrom)
                    for alias in node.names
                    if any(known.endswith("." + (node.module or alias.name)) for known in names)
                ]
    return found


def test_no_loop_that_never_ends_keeps_what_is_needed_seldom(tmp_path):
    listing = files(rom.FIRMWARE)
    names = seldom(listing)
    assert pinning(listing, names) == []
    bad = tmp_path / "bad.py"
    bad.write_text("async def run():\n    while True:\n        from . import card\n        card.swipe()\n")
    assert pinning([("chargelet/station/bad.py", bad)], names)

"""What is needed seldom is imported where it is needed, keeps no state, and is kept by nobody."""

import ast
import re

from imports import BOARDS, files, layer, may_import, named_folders, seldom

import rom


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

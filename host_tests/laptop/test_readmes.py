"""What the READMEs promise is there: tests named for scenarios, and links."""

import re

import pytest

import rom

TESTS = rom.ROOT / "host_tests"
NAMED = re.findall(r"`((?:e2e/|laptop/)?test_\w+)\.(test_\w+)`", (TESTS / "README.md").read_text())
FILES = re.findall(r"`((?:e2e/|laptop/)?test_\w+)(?=`|\.test_)", (TESTS / "README.md").read_text())
READMES = sorted(path for path in rom.ROOT.rglob("*.md") if "/." not in str(path.relative_to(rom.ROOT.parent)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_scenario_has_its_test(file, name):
    assert f"def {name}(" in (TESTS / f"{file}.py").read_text()


def test_there_are_scenarios():
    assert len(NAMED) > 50 and len(READMES) > 5 and len(FILES) > len(NAMED)


@pytest.mark.parametrize("file", sorted(set(FILES)))
def test_a_file_that_is_named_has_tests(file):
    assert "def test_" in (TESTS / f"{file}.py").read_text()


def test_every_line_of_the_two_lists_has_its_row():
    rows = re.findall(r"^\| ([PS]\d+) \|.*`\w*/?test_\w+", (TESTS / "README.md").read_text(), re.M)
    assert rows == [f"P{at}" for at in range(1, 44)] + [f"S{at}" for at in range(1, 12)]


def anchors(path) -> set:
    """What a link may name of a page: its headings, as they are written in addresses."""
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.M | re.S)
    found = [re.sub(r"[`*\[\]]|\([^)]*\.md\)", "", line).lower() for line in re.findall(r"^#+ (.*)$", text, re.M)]
    return {re.sub(r"[^\w -]", "", line).replace(" ", "-") for line in found}


def dead_links(path, text) -> list:
    """The links that lead to no file or to no heading; those to other places of the world are left alone."""
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        name, _, anchor = target.partition("#")
        page = path.parent / name if name else path
        if not target.startswith("https://") and (not page.exists() or (anchor and anchor not in anchors(page))):
            dead.append(target)
    return dead


@pytest.mark.parametrize("path", READMES, ids=lambda path: str(path.relative_to(rom.ROOT)))
def test_links_lead_somewhere(path):
    assert dead_links(path, path.read_text()) == []


# Named in a page, and made by somebody: on a board, by a build, or by the reader.
MADE = """
installation.toml installation.json board.json boot.py content.py keys_content.py micropython.bin firmware.bin
boards/mine/board.toml boards/bench/board.toml
""".split()


def not_there(text, there, targets) -> list:
    """What stands in code marks as a file, a test or a target of make, and is none."""
    names = re.findall(r"`([\w./-]+\.(?:py|md|toml|js|json|sh|html|css|[chk]|mk|pem|mjs|bin|txt))`", text)
    missing = [
        name
        for name in names
        if not any(one.endswith("/" + name.lstrip("./")) for one in there)
        and not any(f"/{name}".endswith("/" + one) for one in MADE)
        and "NAME" not in name
        and not name.startswith("/")
    ]
    tests = TESTED | {one.rpartition("/")[2].removesuffix(".py") for one in there}
    missing += [name for name in re.findall(r"`(?:\w+/)*(test_\w+)`", text) if name not in tests]
    return missing + [f"make {name}" for name in re.findall(r"`make ([a-z-]+)", text) if name not in targets]


THERE = [f"/{path.relative_to(rom.ROOT)}" for path in rom.ROOT.iterdir() if path.is_file()]
for folder in ("boards", "firmware", "host_tests", "tools"):
    THERE += [f"/{path.relative_to(rom.ROOT)}" for path in sorted((rom.ROOT / folder).rglob("*")) if path.is_file()]
TESTED = {name for path in TESTS.rglob("test_*.py") for name in re.findall(r"def (test_\w+)\(", path.read_text())}
TARGETS = re.findall(r"^([a-z-]+):", (rom.ROOT / "Makefile").read_text(), re.M)


@pytest.mark.parametrize("path", READMES, ids=lambda path: str(path.relative_to(rom.ROOT)))
def test_files_and_commands_that_are_named_are_there(path):
    assert not_there(path.read_text(), THERE, TARGETS) == []


def test_every_tool_and_every_driver_is_in_its_table():
    for folder in ("tools", "firmware/chargelet/hardware"):
        page = (rom.ROOT / folder / "README.md").read_text()
        names = [name for name in THERE if re.fullmatch(f"/{folder}/\\w+\\.(py|sh)", name) and "__" not in name]
        assert len(names) > 20
        assert [name for name in names if name.rpartition("/")[2] not in page] == []


def test_these_tests_can_fail():
    page = rom.ROOT / "README.md"
    assert dead_links(page, "[a](nowhere.md) [b](#no-such-heading) [c](boards/README.md#boards)") == [
        "nowhere.md",
        "#no-such-heading",
    ]
    text = "`tools/nothing.py`, `test_nothing`, `make nothing`, `tools/csms.py`, `test_rpc`, `make sim ARGS=--once`"
    assert not_there(text, THERE, TARGETS) == ["tools/nothing.py", "test_nothing", "make nothing"]
